-- How a filled table is copied while it is used.

-- Repeats each write of a table in its copy. TG_ARGV: the copy, and the column of its rows' key.
CREATE FUNCTION repeat_in_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('DELETE FROM %I WHERE %2$I = ($1).%2$I', TG_ARGV[0], TG_ARGV[1]) USING OLD;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('INSERT INTO %I OVERRIDING SYSTEM VALUE SELECT ($1).*', TG_ARGV[0]) USING NEW;
    END IF;
    RETURN NULL;
END
$$;
-- No other owner's table may borrow those rights. (Here and below.)
REVOKE EXECUTE ON FUNCTION repeat_in_copy() FROM PUBLIC;

-- Copies the rows that were there before the trigger, in the order of a unique column, with a transaction for each batch.
-- A batch locks its rows: a writer of one of them waits for the batch, and its write is then repeated. Interrupted, it can
-- be run again.
CREATE PROCEDURE copy_rows(source text, copy text, columns text, key text, type text) LANGUAGE plpgsql AS $$
DECLARE
    most CONSTANT integer := 5000;
    last text;
    next text;
BEGIN
    LOOP
        EXECUTE format(
            'WITH batch AS MATERIALIZED (
                 SELECT * FROM %1$I WHERE $1 IS NULL OR %4$I > $1::%5$s ORDER BY %4$I LIMIT %6$s FOR SHARE
             ), copied AS (
                 INSERT INTO %2$I (%3$s) OVERRIDING SYSTEM VALUE SELECT %3$s FROM batch ON CONFLICT DO NOTHING
             )
             SELECT max(%4$I)::text FROM batch', source, copy, columns, key, type, most
        ) INTO next USING last;
        COMMIT;
        EXIT WHEN next IS NULL;
        last := next;
    END LOOP;
END
$$;

-- The columns of a table, for `copy_rows`.
CREATE FUNCTION columns_of(source regclass) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = source AND attnum > 0 AND NOT attisdropped
$$;

-- Gives every role the rights on a table that it has on another, and no others.
CREATE FUNCTION copy_rights(source regclass, target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    granted RECORD;
BEGIN
    PERFORM revoke_rights(target);
    FOR granted IN
        SELECT rights.privilege_type, roles.rolname FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = source AND rights.grantee <> tables.relowner
    LOOP
        EXECUTE format('GRANT %s ON %s TO %I', granted.privilege_type, target, granted.rolname);
    END LOOP;
END
$$;

-- Takes all rights on a table from all roles but its owner: partitions are read and written through their table only.
CREATE FUNCTION revoke_rights(target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    role name;
BEGIN
    FOR role IN
        SELECT DISTINCT roles.rolname FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = target AND rights.grantee <> tables.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', target, role);
    END LOOP;
END
$$;

-- A row's place (`ctid`) is unique in one partition only. A program that deletes by place would delete rows of other
-- partitions: programs that do not, say so in a setting.
CREATE FUNCTION refuse_deletion_by_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('payments.knows_partitions', TRUE) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% is partitioned: a program of an earlier release may not delete from it', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege', HINT = 'SET payments.knows_partitions = ''on''';
    END IF;
    RETURN NULL;
END
$$;
