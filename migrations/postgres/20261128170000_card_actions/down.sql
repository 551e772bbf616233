DROP TABLE card_actions;
