DROP VIEW audit_key_rows;
DROP TRIGGER audit_log_drop_keys ON audit_log;
DROP TRIGGER audit_log_take_key ON audit_log;
DROP FUNCTION drop_audit_keys();
DROP FUNCTION take_audit_key();
DROP TABLE audit_keys;
