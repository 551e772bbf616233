-- `ending` is the intent of a record that ends it: each intent ends once.
CREATE TABLE audit_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL DEFAULT 'card' CHECK (length(kind) BETWEEN 1 AND 20 AND kind NOT GLOB '*[^a-z_]*'),
    intent TEXT CHECK (length(intent) = 32 AND intent NOT GLOB '*[^0-9a-f]*'),
    ending TEXT CHECK (ending = intent),
    pseudonym TEXT CHECK (length(pseudonym) = 32 AND pseudonym NOT GLOB '*[^0-9a-f]*'),
    pos BIGINT,
    outcome TEXT NOT NULL CHECK (length(outcome) BETWEEN 1 AND 20 AND outcome NOT GLOB '*[^a-z_]*'),
    gateway_code TEXT CHECK (
        length(gateway_code) BETWEEN 1 AND 40
        AND gateway_code NOT GLOB '*[^0-9A-Za-z_.-]*'
        AND gateway_code NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'
    ),
    at TIMESTAMP NOT NULL,
    principal TEXT CHECK (length(principal) BETWEEN 1 AND 100),
    request_id TEXT CHECK (length(request_id) BETWEEN 1 AND 64 AND request_id NOT GLOB '*[^0-9A-Za-z_.-]*'),
    part TEXT CHECK (length(part) BETWEEN 1 AND 20 AND part NOT GLOB '*[^a-z_]*'),
    object_key TEXT CHECK (length(object_key) BETWEEN 1 AND 100),
    changes TEXT,
    consented_at TIMESTAMP,
    consent_version TEXT CHECK (
        length(consent_version) BETWEEN 1 AND 16 AND consent_version NOT GLOB '*[^0-9A-Za-z_.-]*'
    ),
    UNIQUE (intent, outcome)
);

INSERT INTO audit_records (id, intent, ending, pseudonym, pos, outcome, gateway_code, at)
    SELECT
        audit_log.id,
        audit_log.intent,
        CASE WHEN audit_log.outcome <> 'unknown' AND NOT EXISTS (
            SELECT 1 FROM audit_log AS older
            WHERE older.intent = audit_log.intent AND older.outcome <> 'unknown' AND older.id < audit_log.id
        ) THEN audit_log.intent END,
        customer_pseudonyms.pseudonym,
        audit_log.pos,
        audit_log.outcome,
        audit_log.gateway_code,
        audit_log.at
    FROM audit_log JOIN customer_pseudonyms ON customer_pseudonyms.customer = audit_log.customer;

DROP TABLE audit_log;
ALTER TABLE audit_records RENAME TO audit_log;
CREATE UNIQUE INDEX audit_log_ending ON audit_log (ending) WHERE ending IS NOT NULL;

-- Customers who are gone already are not to be found again.
DELETE FROM customer_pseudonyms WHERE NOT EXISTS (
    SELECT 1 FROM customers WHERE customers.pk = customer_pseudonyms.customer
);
