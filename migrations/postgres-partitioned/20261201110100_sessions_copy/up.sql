-- Sessions by hash of their digest, by which they are found. It stays unique: it is the partition key. The customer cannot be
-- the key: a visitor's session has none, and the digest would then be unique in each partition only.
CREATE TABLE sessions_partitioned (LIKE sessions INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (digest);

DO $$
BEGIN
    FOR number IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE sessions_hash_%s PARTITION OF sessions_partitioned FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', number
        );
        PERFORM revoke_rights(format('sessions_hash_%s', number)::regclass);
    END LOOP;
END
$$;

ALTER TABLE sessions_partitioned
    ADD PRIMARY KEY (digest),
    ADD FOREIGN KEY (customer) REFERENCES customers (pk),
    ADD FOREIGN KEY (basket) REFERENCES baskets (pk),
    ADD FOREIGN KEY (pre_order) REFERENCES pre_orders (pk);
CREATE INDEX ON sessions_partitioned (customer);
CREATE INDEX ON sessions_partitioned (basket);
CREATE INDEX ON sessions_partitioned (pre_order);
CREATE INDEX ON sessions_partitioned (expires_at);

CREATE TRIGGER repeat_in_copy AFTER INSERT OR UPDATE OR DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION repeat_in_copy('sessions_partitioned', 'digest');
