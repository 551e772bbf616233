ALTER TABLE audit_log DROP CONSTRAINT audit_log_months;
CREATE VIEW audit_key_rows AS
    SELECT id, intent, outcome, ending IS NOT NULL AS is_ending FROM audit_log WHERE intent IS NOT NULL;
SELECT revoke_rights('audit_key_rows');
