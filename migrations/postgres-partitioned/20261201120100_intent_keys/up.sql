-- The ids of all intents, whatever their month: a gateway is called once for each. What refers to an intent refers to its
-- id here, which goes with the intent.
CREATE TABLE intent_keys (
    id TEXT COLLATE "C" PRIMARY KEY
);
SELECT revoke_rights('intent_keys');

CREATE FUNCTION take_intent_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO intent_keys (id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    -- A row that moves to another month has its key.
    IF NOT FOUND AND EXISTS (SELECT FROM intents WHERE id = NEW.id) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION drop_intent_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM intent_keys USING gone WHERE intent_keys.id = gone.id;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION take_intent_key(), drop_intent_keys() FROM PUBLIC;

CREATE TRIGGER take_key BEFORE INSERT ON intents FOR EACH ROW EXECUTE FUNCTION take_intent_key();
CREATE TRIGGER drop_keys AFTER DELETE ON intents
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_intent_keys();
