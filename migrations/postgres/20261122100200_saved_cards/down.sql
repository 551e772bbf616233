DROP TABLE audit_log;
DROP TABLE code_tries;
DROP TABLE token_deletions;
DROP TABLE intents;
DROP TABLE saved_cards;
