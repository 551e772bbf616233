-- compatible since 20261122100000
-- Every row is checked once; meanwhile it can be read and written.

ALTER TABLE saved_cards VALIDATE CONSTRAINT saved_cards_gateway;
ALTER TABLE saved_cards VALIDATE CONSTRAINT saved_cards_account;
ALTER TABLE intents VALIDATE CONSTRAINT intents_gateway;
ALTER TABLE intents VALIDATE CONSTRAINT intents_account;
ALTER TABLE token_deletions VALIDATE CONSTRAINT token_deletions_gateway;
ALTER TABLE token_deletions VALIDATE CONSTRAINT token_deletions_account;
ALTER TABLE intents VALIDATE CONSTRAINT intents_last_error;
ALTER TABLE token_deletions VALIDATE CONSTRAINT token_deletions_last_error;

-- The age of the oldest one is asked for all the time.
CREATE INDEX token_deletions_queued ON token_deletions (queued_at);
