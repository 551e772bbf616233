DROP VIEW audit_key_rows;
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE audit_log ADD CONSTRAINT audit_log_months CHECK (at < %L) NOT VALID',
        first_month((SELECT max(at) FROM audit_log))
    );
END
$$;
