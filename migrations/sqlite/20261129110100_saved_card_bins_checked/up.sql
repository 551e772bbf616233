-- compatible since 20261129100100
-- SQLite checks rows when they are written.
SELECT 1;
