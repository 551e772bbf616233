-- The table becomes the first partition: its constraint says so, and no row is read.
LOCK TABLE intents IN ACCESS EXCLUSIVE MODE;
ALTER TABLE dead_tokens DROP CONSTRAINT dead_tokens_intent_fkey;
ALTER TABLE card_actions DROP CONSTRAINT card_actions_intent_fkey;
DROP TRIGGER take_key ON intents;
DROP TRIGGER drop_keys ON intents;
DROP TRIGGER fill_gateway ON intents;
ALTER TABLE intents RENAME TO intents_earlier;

CREATE TABLE intents (LIKE intents_earlier INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (created_at);
ALTER TABLE intents DROP CONSTRAINT intents_months;
ALTER TABLE intents
    ADD FOREIGN KEY (customer) REFERENCES customers (pk),
    ADD FOREIGN KEY (pos) REFERENCES pos (pk);
CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON intents
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
CREATE TRIGGER take_key BEFORE INSERT ON intents FOR EACH ROW EXECUTE FUNCTION take_intent_key();
CREATE TRIGGER drop_keys AFTER DELETE ON intents
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_intent_keys();
CREATE TRIGGER refuse_deletion_by_place BEFORE DELETE ON intents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_deletion_by_place();
SELECT copy_rights('intents_earlier', 'intents');

CREATE TABLE intents_rest (LIKE intents_earlier INCLUDING ALL);
ALTER TABLE intents_rest DROP CONSTRAINT intents_months;
SELECT revoke_rights('intents_rest');
SELECT revoke_rights('intents_earlier');
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE intents ATTACH PARTITION intents_earlier FOR VALUES FROM (MINVALUE) TO (%L)',
        month_in('intents_earlier', 'intents_months')
    );
END
$$;
ALTER TABLE intents ATTACH PARTITION intents_rest DEFAULT;
SELECT keep_months();
