-- Existing records: each customer's key becomes a pseudonym, and the first ending of each intent is marked. Only the
-- rows are locked, so that cards can be saved meanwhile.
INSERT INTO customer_pseudonyms (customer)
    SELECT DISTINCT customer FROM audit_log WHERE customer IS NOT NULL
    ON CONFLICT DO NOTHING;

UPDATE audit_log SET
    pseudonym = customer_pseudonyms.pseudonym,
    customer = NULL,
    ending = CASE WHEN audit_log.intent IS NOT NULL AND audit_log.outcome <> 'unknown'
        AND NOT EXISTS (SELECT 1 FROM audit_log AS newer WHERE newer.ending = audit_log.intent)
        AND NOT EXISTS (
            SELECT 1 FROM audit_log AS older
            WHERE older.intent = audit_log.intent AND older.outcome <> 'unknown' AND older.id < audit_log.id
        )
        THEN audit_log.intent END
    FROM customer_pseudonyms
    WHERE customer_pseudonyms.customer = audit_log.customer;

-- Customers who are gone already are not to be found again.
DELETE FROM customer_pseudonyms WHERE NOT EXISTS (
    SELECT 1 FROM customers WHERE customers.pk = customer_pseudonyms.customer
);
