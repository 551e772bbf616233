DROP INDEX customers_is_active;
