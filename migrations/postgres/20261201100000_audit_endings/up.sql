-- compatible since 20261122100000
-- The intents whose end is recorded. In a partitioned log (`migrations/postgres-partitioned`) one table has them, so that
-- finding one does not search every month.
CREATE VIEW audit_endings AS SELECT ending FROM audit_log WHERE ending IS NOT NULL;

-- A write of the view would be one of the log, with its owner's rights.
DO $$
DECLARE
    role name;
BEGIN
    FOR role IN
        SELECT DISTINCT roles.rolname FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid = 'audit_endings'::regclass AND rights.grantee <> tables.relowner
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_endings FROM %I', role);
    END LOOP;
END
$$;
