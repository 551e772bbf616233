-- compatible since 20261122100000
-- The intents whose end is recorded. In a partitioned log on PostgreSQL one table has them, so that finding one does not
-- search every month.
CREATE VIEW audit_endings AS SELECT ending FROM audit_log WHERE ending IS NOT NULL;
