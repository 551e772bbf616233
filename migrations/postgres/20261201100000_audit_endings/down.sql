DROP VIEW audit_endings;
