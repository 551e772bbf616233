-- The audit log names a customer by a random pseudonym. Erasing a customer deletes the row here; the records stay.
CREATE TABLE customer_pseudonyms (
    customer BIGINT PRIMARY KEY NOT NULL,
    pseudonym TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16))))
        CHECK (length(pseudonym) = 32 AND pseudonym NOT GLOB '*[^0-9a-f]*')
);

INSERT INTO customer_pseudonyms (customer) SELECT DISTINCT customer FROM audit_log;

ALTER TABLE saved_cards ADD COLUMN consent_version TEXT CHECK (
    length(consent_version) BETWEEN 1 AND 16 AND consent_version NOT GLOB '*[^0-9A-Za-z_.-]*'
);
