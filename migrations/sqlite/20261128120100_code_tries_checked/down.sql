-- What is checked stays checked.
SELECT 1;
