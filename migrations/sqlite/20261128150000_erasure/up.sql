-- A customer can be erased: the key stays, inactive and without personal data, with the instant of the last erasure.

ALTER TABLE customers ADD COLUMN erased_at TIMESTAMP;

-- A card that is saved under an intent from before the erasure must not come back, even if the profile does.
ALTER TABLE intents ADD COLUMN is_of_erased BOOLEAN NOT NULL DEFAULT FALSE;

-- Whose token it was, so that an erasure can say what is outstanding. Unknown for tokens queued by earlier releases. No
-- reference: the token is deleted even if the customer's row goes first.
ALTER TABLE token_deletions ADD COLUMN customer BIGINT;

CREATE INDEX token_deletions_customer ON token_deletions (customer);
