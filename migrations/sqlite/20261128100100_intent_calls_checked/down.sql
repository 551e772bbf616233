-- What the columns hold goes with them.
SELECT 1;
