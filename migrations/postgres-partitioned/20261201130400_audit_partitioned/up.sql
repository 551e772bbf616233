-- The log becomes the first partition: its constraint says so, and no row is read.
LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER audit_log_name_by_pseudonym ON audit_log;
DROP TRIGGER audit_log_take_key ON audit_log;
DROP TRIGGER audit_log_drop_keys ON audit_log;
DROP TRIGGER audit_log_queue ON audit_log;
ALTER TABLE audit_log RENAME TO audit_log_earlier;

CREATE TABLE audit_log (LIKE audit_log_earlier INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER TABLE audit_log DROP CONSTRAINT audit_log_months;
ALTER TABLE audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(
    pg_get_serial_sequence('audit_log', 'id'), nextval(pg_get_serial_sequence('audit_log_earlier', 'id')), FALSE
);
ALTER TABLE audit_log_earlier ALTER COLUMN id DROP IDENTITY;
CREATE TRIGGER audit_log_name_by_pseudonym BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.customer IS NOT NULL) EXECUTE FUNCTION audit_log_name_by_pseudonym();
CREATE TRIGGER audit_log_take_key BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.intent IS NOT NULL) EXECUTE FUNCTION take_audit_key();
CREATE TRIGGER audit_log_drop_keys AFTER DELETE ON audit_log
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_audit_keys();
CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_log_queue();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
SELECT copy_rights('audit_log_earlier', 'audit_log');

CREATE TABLE audit_log_rest (LIKE audit_log_earlier INCLUDING ALL);
ALTER TABLE audit_log_rest DROP CONSTRAINT audit_log_months;
SELECT guard_audit_part('audit_log_rest');
SELECT revoke_rights('audit_log_rest');
SELECT revoke_rights('audit_log_earlier');
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE audit_log ATTACH PARTITION audit_log_earlier FOR VALUES FROM (MINVALUE) TO (%L)',
        month_in('audit_log_earlier', 'audit_log_months')
    );
END
$$;
ALTER TABLE audit_log ATTACH PARTITION audit_log_rest DEFAULT;
CREATE OR REPLACE VIEW audit_endings AS SELECT intent AS ending FROM audit_keys WHERE is_ending;
SELECT keep_months();
