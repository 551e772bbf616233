DROP INDEX token_deletions_customer;
ALTER TABLE token_deletions DROP COLUMN customer;
ALTER TABLE intents DROP COLUMN is_of_erased;
ALTER TABLE customers DROP COLUMN erased_at;
