ALTER TABLE saved_cards DROP COLUMN bank;
ALTER TABLE saved_cards DROP COLUMN family;
