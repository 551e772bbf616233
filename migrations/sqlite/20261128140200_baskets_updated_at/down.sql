DROP INDEX baskets_updated_at;
