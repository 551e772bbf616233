ALTER TABLE intents DROP CONSTRAINT intents_months;
ALTER TABLE card_actions DROP CONSTRAINT card_actions_key;
ALTER TABLE dead_tokens DROP CONSTRAINT dead_tokens_key;
