-- compatible since 20261122100000
-- When a basket or a pre-order was last written, by the database's clock, so that old ones can be deleted. Rows that are
-- there already count from now on. The default is the same for all of them: no row is rewritten.
ALTER TABLE baskets ADD COLUMN updated_at TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'UTC');
ALTER TABLE pre_orders ADD COLUMN updated_at TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'UTC');

CREATE FUNCTION note_update() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now() AT TIME ZONE 'UTC';
    RETURN NEW;
END
$$;

CREATE TRIGGER note_update BEFORE UPDATE ON baskets FOR EACH ROW EXECUTE FUNCTION note_update();
CREATE TRIGGER note_update BEFORE UPDATE ON pre_orders FOR EACH ROW EXECUTE FUNCTION note_update();
