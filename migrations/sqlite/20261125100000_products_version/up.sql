-- Which writes of products there have been, whoever made them: what was read at a version holds as long as it stays.

CREATE TABLE products_version (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);

INSERT INTO products_version (id, version) VALUES (1, 0);

CREATE TRIGGER count_products_version_insert AFTER INSERT ON products BEGIN
    UPDATE products_version SET version = version + 1;
END;

CREATE TRIGGER count_products_version_update AFTER UPDATE ON products BEGIN
    UPDATE products_version SET version = version + 1;
END;

CREATE TRIGGER count_products_version_delete AFTER DELETE ON products BEGIN
    UPDATE products_version SET version = version + 1;
END;
