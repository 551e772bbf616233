DROP INDEX audit_log_catalog;
