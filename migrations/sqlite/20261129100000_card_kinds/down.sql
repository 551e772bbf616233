ALTER TABLE cards DROP COLUMN is_fallback;
ALTER TABLE cards DROP COLUMN is_commercial;
