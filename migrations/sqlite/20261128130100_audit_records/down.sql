-- No references: the log outlives what it is about.
CREATE TABLE audit_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    intent TEXT CHECK (length(intent) = 32 AND intent NOT GLOB '*[^0-9a-f]*'),
    customer BIGINT NOT NULL,
    pos BIGINT,
    outcome TEXT NOT NULL CHECK (length(outcome) BETWEEN 1 AND 20 AND outcome NOT GLOB '*[^a-z_]*'),
    gateway_code TEXT CHECK (
        length(gateway_code) BETWEEN 1 AND 40
        AND gateway_code NOT GLOB '*[^0-9A-Za-z_.-]*'
        AND gateway_code NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'
    ),
    at TIMESTAMP NOT NULL,
    UNIQUE (intent, outcome)
);

-- The schema before knows cards only, and has no word for a customer whose key is gone: 0.
INSERT INTO audit_records (id, intent, customer, pos, outcome, gateway_code, at)
    SELECT
        audit_log.id,
        audit_log.intent,
        coalesce(customer_pseudonyms.customer, 0),
        audit_log.pos,
        audit_log.outcome,
        audit_log.gateway_code,
        audit_log.at
    FROM audit_log LEFT JOIN customer_pseudonyms ON customer_pseudonyms.pseudonym = audit_log.pseudonym
    WHERE audit_log.kind = 'card';
DROP TABLE audit_log;
ALTER TABLE audit_records RENAME TO audit_log;
CREATE INDEX audit_log_customer ON audit_log (customer);
