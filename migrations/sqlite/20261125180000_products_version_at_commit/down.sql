-- PostgreSQL's count is taken when a transaction commits. SQLite has one writer at a time: nobody waits for its count any
-- longer than for the write itself.
SELECT 1;
