CALL copy_rows('audit_key_rows', 'audit_keys', 'intent, outcome, is_ending', 'id', 'bigint');
