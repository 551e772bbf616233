DROP INDEX pre_orders_updated_at;
