ALTER TABLE intents DROP COLUMN masked_number;
ALTER TABLE intents DROP COLUMN fingerprint;
ALTER TABLE intents DROP COLUMN provider_customer_key;
