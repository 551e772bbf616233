DROP TABLE dead_tokens;
