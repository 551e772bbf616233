DROP TRIGGER note_update ON pre_orders;
DROP TRIGGER note_update ON baskets;
DROP FUNCTION note_update();
ALTER TABLE pre_orders DROP COLUMN updated_at;
ALTER TABLE baskets DROP COLUMN updated_at;
