DROP INDEX code_tries_used_at;
