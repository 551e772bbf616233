ALTER TABLE audit_log
    VALIDATE CONSTRAINT audit_log_kind,
    VALIDATE CONSTRAINT audit_log_pseudonym,
    VALIDATE CONSTRAINT audit_log_ending,
    VALIDATE CONSTRAINT audit_log_principal,
    VALIDATE CONSTRAINT audit_log_request_id,
    VALIDATE CONSTRAINT audit_log_part,
    VALIDATE CONSTRAINT audit_log_object_key,
    VALIDATE CONSTRAINT audit_log_consent_version;
ALTER TABLE saved_cards VALIDATE CONSTRAINT saved_cards_consent_version;

DROP INDEX audit_log_customer;
CREATE INDEX audit_log_pseudonym_at ON audit_log (pseudonym, at, id);
CREATE INDEX audit_log_at ON audit_log (at, id);

-- The chain: one link for each record, in the order of sealing. `seal` is an HMAC over the record and the seal before.
CREATE TABLE audit_seals (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    day DATE NOT NULL,
    record BIGINT NOT NULL UNIQUE,
    key_id TEXT NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    seal TEXT NOT NULL CHECK (seal ~ '^[0-9a-f]{64}$')
);

CREATE INDEX audit_seals_day ON audit_seals (day);

-- Where the chain begins after retention dropped days: the number and the seal of the last link that was dropped, both
-- under an HMAC of their own.
CREATE TABLE audit_pruned (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    day DATE NOT NULL,
    seal TEXT NOT NULL CHECK (seal ~ '^[0-9a-f]{64}$'),
    key_id TEXT NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    tag TEXT NOT NULL CHECK (tag ~ '^[0-9a-f]{64}$')
);

-- Records that wait for their seal. A record that commits late waits no less.
CREATE TABLE audit_unsealed (
    record BIGINT PRIMARY KEY
);

CREATE FUNCTION audit_log_queue() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO audit_unsealed (record) SELECT id FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_log_queue();
INSERT INTO audit_unsealed (record) SELECT id FROM audit_log;

-- Append-only: for every role but the owner's by its rights, for the owner's by mistake at least.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('payments.audit_pruning', TRUE) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_pruned_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_pruned
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

DO $$
DECLARE
    granted RECORD;
BEGIN
    FOR granted IN
        SELECT DISTINCT tables.oid::regclass AS name, tables.relname, roles.rolname
        FROM pg_class AS tables
        CROSS JOIN LATERAL aclexplode(tables.relacl) AS rights
        JOIN pg_roles AS roles ON roles.oid = rights.grantee
        WHERE tables.oid IN ('audit_log'::regclass, 'audit_seals'::regclass, 'audit_pruned'::regclass)
            AND rights.grantee <> tables.relowner
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', granted.name, granted.rolname);
        IF granted.relname = 'audit_pruned' THEN
            EXECUTE format('REVOKE INSERT ON %s FROM %I', granted.name, granted.rolname);
        END IF;
    END LOOP;
END
$$;
