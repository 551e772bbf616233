DROP TRIGGER pre_orders_note_update;
DROP TRIGGER pre_orders_note_insert;
DROP TRIGGER baskets_note_update;
DROP TRIGGER baskets_note_insert;
ALTER TABLE pre_orders DROP COLUMN updated_at;
ALTER TABLE baskets DROP COLUMN updated_at;
