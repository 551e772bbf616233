-- Which writes of products there have been, whoever made them: what was read at a version holds as long as it stays.

CREATE TABLE products_version (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);

INSERT INTO products_version (id, version) VALUES (1, 0);

-- Once in a transaction, however many statements it has: the setting ends with it, or with what is rolled back of it.
CREATE FUNCTION count_products_version() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('payments.products_counted', TRUE), '') <> 'yes' THEN
        UPDATE products_version SET version = version + 1;
        PERFORM set_config('payments.products_counted', 'yes', TRUE);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_products_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON products
    FOR EACH STATEMENT EXECUTE FUNCTION count_products_version();
