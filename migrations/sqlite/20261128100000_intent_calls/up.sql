-- What a gateway is called with: its key of the customer, and what the card's number is known by in the gateway's
-- answers. A row without a fingerprint was written by an earlier release, and nobody knows its key.

ALTER TABLE intents ADD COLUMN provider_customer_key TEXT CHECK (length(provider_customer_key) BETWEEN 1 AND 255);
ALTER TABLE intents ADD COLUMN fingerprint TEXT CHECK (length(fingerprint) = 64 AND fingerprint NOT GLOB '*[^0-9a-f]*');
ALTER TABLE intents ADD COLUMN masked_number TEXT CHECK (
    length(masked_number) BETWEEN 12 AND 19
    AND substr(masked_number, 1, 6) NOT GLOB '*[^0-9]*'
    AND replace(substr(masked_number, 7, length(masked_number) - 10), '*', '') = ''
    AND substr(masked_number, -4) NOT GLOB '*[^0-9]*'
);
