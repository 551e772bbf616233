ALTER TABLE saved_cards DROP COLUMN consent_version;
DROP TRIGGER audit_log_name_by_pseudonym ON audit_log;
DROP FUNCTION audit_log_name_by_pseudonym();
DROP INDEX audit_log_ending;
ALTER TABLE audit_log
    DROP COLUMN kind,
    DROP COLUMN pseudonym,
    DROP COLUMN ending,
    DROP COLUMN principal,
    DROP COLUMN request_id,
    DROP COLUMN part,
    DROP COLUMN object_key,
    DROP COLUMN changes,
    DROP COLUMN consented_at,
    DROP COLUMN consent_version,
    ALTER COLUMN customer SET NOT NULL;
DROP TABLE customer_pseudonyms;
