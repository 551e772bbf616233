DROP TRIGGER count_products_version ON products;
DROP FUNCTION count_products_version;
DROP TABLE products_version;
