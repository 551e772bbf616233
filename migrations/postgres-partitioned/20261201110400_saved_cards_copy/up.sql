-- Saved cards by hash of their customer, with whom all but a few queries find them.
-- What stays unique: a card of a customer at a point of sale, since the partition key is part of it. A card's key (`pk`),
-- by which an order system names it, is drawn from one sequence for all partitions and cannot be written otherwise
-- (GENERATED ALWAYS).
CREATE TABLE saved_cards_partitioned (LIKE saved_cards INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (customer);

DO $$
BEGIN
    FOR number IN 0..15 LOOP
        EXECUTE format(
            'CREATE TABLE saved_cards_hash_%s PARTITION OF saved_cards_partitioned FOR VALUES WITH (MODULUS 16, REMAINDER %1$s)',
            number
        );
        PERFORM revoke_rights(format('saved_cards_hash_%s', number)::regclass);
    END LOOP;
END
$$;

ALTER TABLE saved_cards_partitioned ALTER COLUMN pk ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE saved_cards_partitioned
    ADD PRIMARY KEY (pk, customer),
    ADD UNIQUE (customer, pos, fingerprint),
    ADD FOREIGN KEY (customer) REFERENCES customers (pk),
    ADD FOREIGN KEY (pos) REFERENCES pos (pk);
CREATE INDEX ON saved_cards_partitioned (pos, token);
CREATE INDEX ON saved_cards_partitioned (pos, account);

CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON saved_cards_partitioned
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
CREATE TRIGGER repeat_in_copy AFTER INSERT OR UPDATE OR DELETE ON saved_cards
    FOR EACH ROW EXECUTE FUNCTION repeat_in_copy('saved_cards_partitioned', 'pk');
