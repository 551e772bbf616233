DROP TRIGGER drop_keys ON intents;
DROP TRIGGER take_key ON intents;
DROP FUNCTION drop_intent_keys();
DROP FUNCTION take_intent_key();
DROP TABLE intent_keys;
