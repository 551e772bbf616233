-- The count of products' writes is taken when their transaction commits: until then nobody waits for it. It is taken with
-- rights of its own, wherever the writer looks for tables; and also of what a subscription or a restore writes.

DROP TRIGGER count_products_version ON products;

CREATE OR REPLACE FUNCTION count_products_version() RETURNS TRIGGER LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('payments.products_counted', TRUE), '') <> 'yes' THEN
        EXECUTE format('UPDATE %I.products_version SET version = version + 1', TG_TABLE_SCHEMA);
        PERFORM set_config('payments.products_counted', 'yes', TRUE);
    END IF;
    RETURN NULL;
END
$$;

-- Nobody else's table may borrow those rights.
REVOKE EXECUTE ON FUNCTION count_products_version() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER count_products_version AFTER INSERT OR UPDATE OR DELETE ON products
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_products_version();
CREATE TRIGGER count_products_emptied AFTER TRUNCATE ON products
    FOR EACH STATEMENT EXECUTE FUNCTION count_products_version();

ALTER TABLE products ENABLE ALWAYS TRIGGER count_products_version;
ALTER TABLE products ENABLE ALWAYS TRIGGER count_products_emptied;
