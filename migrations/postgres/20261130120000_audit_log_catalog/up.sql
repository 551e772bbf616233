-- compatible since 20261122100000
-- The history of the catalog is a small part of the log.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_log_catalog ON audit_log (at, id, part, object_key)
    WHERE part IN ('banks', 'card_types', 'pos', 'cards', 'payment_options', 'rules');
