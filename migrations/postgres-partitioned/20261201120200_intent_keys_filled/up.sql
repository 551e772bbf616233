CALL copy_rows('intents', 'intent_keys', 'id', 'id', 'text COLLATE "C"');
