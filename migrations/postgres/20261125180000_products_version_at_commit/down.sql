DROP TRIGGER count_products_emptied ON products;
DROP TRIGGER count_products_version ON products;

CREATE OR REPLACE FUNCTION count_products_version() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('payments.products_counted', TRUE), '') <> 'yes' THEN
        UPDATE products_version SET version = version + 1;
        PERFORM set_config('payments.products_counted', 'yes', TRUE);
    END IF;
    RETURN NULL;
END
$$;

GRANT EXECUTE ON FUNCTION count_products_version() TO PUBLIC;

CREATE TRIGGER count_products_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON products
    FOR EACH STATEMENT EXECUTE FUNCTION count_products_version();
