ALTER TABLE dead_tokens VALIDATE CONSTRAINT dead_tokens_key;
ALTER TABLE card_actions VALIDATE CONSTRAINT card_actions_key;
ALTER TABLE intents VALIDATE CONSTRAINT intents_months;
