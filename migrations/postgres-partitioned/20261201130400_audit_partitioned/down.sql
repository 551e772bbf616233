-- Readers and writers wait until the records of all months are in one table.
LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE;
CREATE OR REPLACE VIEW audit_endings AS SELECT ending FROM audit_log_earlier WHERE ending IS NOT NULL;
SELECT copy_rights('audit_log', 'audit_log_earlier');
ALTER TABLE audit_log DETACH PARTITION audit_log_earlier;
ALTER TABLE audit_log_earlier DROP CONSTRAINT audit_log_months;
INSERT INTO audit_log_earlier SELECT * FROM audit_log;
ALTER TABLE audit_log_earlier ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(
    pg_get_serial_sequence('audit_log_earlier', 'id'), nextval(pg_get_serial_sequence('audit_log', 'id')), FALSE
);
DROP TABLE audit_log;
ALTER TABLE audit_log_earlier RENAME TO audit_log;
CREATE TRIGGER audit_log_name_by_pseudonym BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.customer IS NOT NULL) EXECUTE FUNCTION audit_log_name_by_pseudonym();
CREATE TRIGGER audit_log_take_key BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.intent IS NOT NULL) EXECUTE FUNCTION take_audit_key();
CREATE TRIGGER audit_log_drop_keys AFTER DELETE ON audit_log
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_audit_keys();
CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_log_queue();
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE audit_log ADD CONSTRAINT audit_log_months CHECK (at < %L) NOT VALID',
        first_month((SELECT max(at) FROM audit_log))
    );
END
$$;
