ALTER TABLE saved_cards DROP COLUMN consent_version;
DROP TABLE customer_pseudonyms;
