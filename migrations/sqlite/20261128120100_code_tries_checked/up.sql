-- SQLite checks a column when it is added.
SELECT 1;
