DROP INDEX baskets_state;
