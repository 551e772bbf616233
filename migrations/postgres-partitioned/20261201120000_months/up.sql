-- Tables by month: intents by `created_at`, the audit log by `at`. The rows that were there stay in one partition, which
-- needs no copy. The rows of a month whose partition was not made in time go into the default one.

-- The partitions of a table by month, with the end of each; none for the default one.
CREATE FUNCTION months_of(parent regclass) RETURNS TABLE (name text, ends timestamp) LANGUAGE sql STABLE AS $$
    SELECT parts.relname::text, substring(pg_get_expr(parts.relpartbound, parts.oid) FROM 'TO \(''([^'']+)''\)')::timestamp
    FROM pg_inherits JOIN pg_class AS parts ON parts.oid = inhrelid WHERE inhparent = parent
$$;

-- Makes the partitions of this month and the next three, and drops one of a past month that is empty: retention deletes
-- rows, so that it needs no rights but those to rows. The service calls it every hour. A month whose rows are in the default
-- partition already stays there. Returns what was made and dropped.
CREATE FUNCTION keep_months() RETURNS SETOF text LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '800ms' AS $$
DECLARE
    parents CONSTANT text[] := ARRAY(
        SELECT name FROM unnest(ARRAY['intents', 'audit_log']) AS name
        WHERE EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = name::regclass)
    );
    ahead CONSTANT interval := '3 months';
    this_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    parent text;
    month timestamp;
    part text;
    is_made boolean := FALSE;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1346458196, 2) THEN
        RETURN;
    END IF;
    FOREACH parent IN ARRAY parents LOOP
        SELECT greatest(max(ends), this_month) INTO month FROM months_of(parent::regclass);
        WHILE month <= this_month + ahead LOOP
            part := parent || to_char(month, '_YYYY_MM');
            BEGIN
                PERFORM make_month(parent, part, month);
                is_made := TRUE;
                RETURN NEXT part;
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
            month := month + INTERVAL '1 month';
        END LOOP;
    END LOOP;
    -- Locks last until the transaction ends. Making a month locks the default partition, and a query that waits for it has
    -- locked the table, so a drop here would deadlock. For the same reason at most one partition is dropped.
    IF is_made THEN
        RETURN;
    END IF;
    FOREACH parent IN ARRAY parents LOOP
        part := empty_month(parent, this_month);
        IF part IS NOT NULL AND drop_month(parent, part) THEN
            RETURN NEXT '-' || part;
            RETURN;
        END IF;
    END LOOP;
END
$$;

-- A partition without rows that ended more than a month ago: a clock that is behind may still write into a later one.
CREATE FUNCTION empty_month(parent text, this_month timestamp) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    part text;
    has_rows boolean;
BEGIN
    FOR part IN
        SELECT name FROM months_of(parent::regclass)
        WHERE ends < this_month - INTERVAL '1 month' AND name ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY ends
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', part) INTO has_rows;
        IF NOT has_rows THEN
            RETURN part;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Drops a partition if it is empty. Returns whether it was dropped. Dropping needs the table's lock too. It is taken first,
-- as queries do: a query that waits for the partition's lock has the table's already. Without the locks in time, the next
-- call tries again.
CREATE FUNCTION drop_month(parent text, part text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    has_rows boolean;
BEGIN
    EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', part) INTO has_rows;
    IF NOT has_rows THEN
        EXECUTE format('DROP TABLE %I', part);
    END IF;
    RETURN NOT has_rows;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RAISE LOG 'the empty partition % is in use and was not dropped: %', part, SQLERRM;
    RETURN FALSE;
END
$$;

-- A partition has the indexes of the default one: a unique index of all months would need the time in its columns.
CREATE FUNCTION make_month(parent text, part text, month timestamp) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING IDENTITY)', part, parent || '_rest');
    PERFORM revoke_rights(part::regclass);
    IF parent = 'audit_log' THEN
        PERFORM guard_audit_part(part);
    END IF;
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, month, month + INTERVAL '1 month'
    );
END
$$;

-- A trigger of statements on a table does not run for a statement that names a partition.
CREATE FUNCTION guard_audit_part(part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
         FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()', part
    );
END
$$;

REVOKE EXECUTE ON FUNCTION keep_months() FROM PUBLIC;
DO $$
DECLARE
    role name;
BEGIN
    FOR role IN
        SELECT DISTINCT roles.rolname FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = 'intents'::regclass AND rights.privilege_type = 'INSERT'
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION keep_months() TO %I', role);
    END LOOP;
END
$$;

-- The month that the first partition ends before: the rows that are there, and all of the next month at least, so that a
-- migration that is interrupted has a month to be continued.
CREATE FUNCTION first_month(newest timestamp) RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT date_trunc('month', greatest(newest, (now() AT TIME ZONE 'UTC') + INTERVAL '1 month')) + INTERVAL '1 month'
$$;

-- The month in the constraint that keeps later rows out of the first partition.
CREATE FUNCTION month_in(source regclass, constraint_name text) RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT substring(pg_get_constraintdef(oid) FROM '''([^'']+)''')::timestamp
    FROM pg_constraint WHERE conrelid = source AND conname = constraint_name
$$;
