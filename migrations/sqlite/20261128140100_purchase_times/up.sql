-- compatible since 20261122100000
-- When a basket or a pre-order was last written, by the database's clock, so that old ones can be deleted. Rows that are
-- there already count from now on. A column that is added cannot have the present time as its default: triggers set it.
ALTER TABLE baskets ADD COLUMN updated_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
ALTER TABLE pre_orders ADD COLUMN updated_at TIMESTAMP NOT NULL DEFAULT '1970-01-01 00:00:00';
UPDATE baskets SET updated_at = CURRENT_TIMESTAMP;
UPDATE pre_orders SET updated_at = CURRENT_TIMESTAMP;

CREATE TRIGGER baskets_note_insert AFTER INSERT ON baskets BEGIN
    UPDATE baskets SET updated_at = CURRENT_TIMESTAMP WHERE pk = NEW.pk;
END;
CREATE TRIGGER baskets_note_update AFTER UPDATE OF customer, state, total_minor, currency ON baskets BEGIN
    UPDATE baskets SET updated_at = CURRENT_TIMESTAMP WHERE pk = NEW.pk;
END;
CREATE TRIGGER pre_orders_note_insert AFTER INSERT ON pre_orders BEGIN
    UPDATE pre_orders SET updated_at = CURRENT_TIMESTAMP WHERE pk = NEW.pk;
END;
CREATE TRIGGER pre_orders_note_update AFTER UPDATE OF basket, state, total_minor, currency ON pre_orders BEGIN
    UPDATE pre_orders SET updated_at = CURRENT_TIMESTAMP WHERE pk = NEW.pk;
END;
