DROP INDEX pre_orders_state;
