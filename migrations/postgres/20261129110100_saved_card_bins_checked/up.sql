-- compatible since 20261129100100
-- Every row is checked once; meanwhile it can be read and written.

ALTER TABLE saved_cards VALIDATE CONSTRAINT saved_cards_bin;
ALTER TABLE card_actions VALIDATE CONSTRAINT card_actions_bin;
