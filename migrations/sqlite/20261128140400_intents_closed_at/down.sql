DROP INDEX intents_closed_at;
