DROP INDEX CONCURRENTLY IF EXISTS saved_cards_pos_account;
