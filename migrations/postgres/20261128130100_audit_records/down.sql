-- The schema before knows cards only, and has no word for a customer whose key is gone: 0.
DELETE FROM audit_log WHERE kind <> 'card';
UPDATE audit_log SET ending = NULL, customer = coalesce((
    SELECT customer_pseudonyms.customer FROM customer_pseudonyms
    WHERE customer_pseudonyms.pseudonym = audit_log.pseudonym
), 0);
