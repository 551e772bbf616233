-- Readers and writers wait until the rows of all months are in one table.
LOCK TABLE intents IN ACCESS EXCLUSIVE MODE;
SELECT copy_rights('intents', 'intents_earlier');
ALTER TABLE intents DETACH PARTITION intents_earlier;
ALTER TABLE intents_earlier DROP CONSTRAINT intents_months;
INSERT INTO intents_earlier SELECT * FROM intents;
DROP TABLE intents;
ALTER TABLE intents_earlier RENAME TO intents;
ALTER TABLE dead_tokens ADD CONSTRAINT dead_tokens_intent_fkey FOREIGN KEY (intent) REFERENCES intents (id) ON DELETE CASCADE;
ALTER TABLE card_actions ADD CONSTRAINT card_actions_intent_fkey FOREIGN KEY (intent) REFERENCES intents (id) ON DELETE CASCADE;
CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON intents
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
CREATE TRIGGER take_key BEFORE INSERT ON intents FOR EACH ROW EXECUTE FUNCTION take_intent_key();
CREATE TRIGGER drop_keys AFTER DELETE ON intents
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_intent_keys();
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE intents ADD CONSTRAINT intents_months CHECK (created_at < %L) NOT VALID',
        first_month((SELECT max(created_at) FROM intents WHERE outcome IS NULL))
    );
END
$$;
