-- For new rows at once; the next migration checks the old ones, without a lock that blocks writers.
ALTER TABLE dead_tokens ADD CONSTRAINT dead_tokens_key FOREIGN KEY (intent) REFERENCES intent_keys (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE card_actions ADD CONSTRAINT card_actions_key FOREIGN KEY (intent) REFERENCES intent_keys (id) ON DELETE CASCADE NOT VALID;

DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE intents ADD CONSTRAINT intents_months CHECK (created_at < %L) NOT VALID',
        first_month((SELECT max(created_at) FROM intents WHERE outcome IS NULL))
    );
END
$$;
