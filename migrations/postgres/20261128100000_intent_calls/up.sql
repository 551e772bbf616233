-- What a gateway is called with: its key of the customer, and what the card's number is known by in the gateway's
-- answers. A row without a fingerprint was written by an earlier release, and nobody knows its key.
-- The checks hold for new rows at once; the next migration looks at the old ones, without a lock that keeps writers out.

ALTER TABLE intents
    ADD COLUMN provider_customer_key TEXT,
    ADD COLUMN fingerprint TEXT,
    ADD COLUMN masked_number TEXT,
    ADD CONSTRAINT intents_provider_customer_key
        CHECK (length(provider_customer_key) BETWEEN 1 AND 255) NOT VALID,
    ADD CONSTRAINT intents_fingerprint CHECK (fingerprint ~ '^[0-9a-f]{64}$') NOT VALID,
    ADD CONSTRAINT intents_masked_number
        CHECK (masked_number ~ '^[0-9]{6}\*{2,9}[0-9]{4}$') NOT VALID;
