ALTER TABLE card_actions DROP COLUMN bin;
ALTER TABLE saved_cards DROP COLUMN bin;
