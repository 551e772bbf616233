DROP INDEX saved_cards_pos_account;
