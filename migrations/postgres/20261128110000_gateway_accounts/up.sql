-- compatible since 20261122100000
-- A token is valid at the account of the gateway that made it, and nowhere else. Tries of what is open are counted. Only
-- columns without old values are added here, so that no lock is held for long.

ALTER TABLE pos ADD COLUMN account TEXT NOT NULL DEFAULT 'main';

ALTER TABLE saved_cards
    ADD COLUMN gateway TEXT,
    ADD COLUMN account TEXT NOT NULL DEFAULT 'main',
    ADD CONSTRAINT saved_cards_gateway CHECK (
        gateway IS NOT NULL AND length(gateway) <= 64 AND gateway ~ '^[0-9a-z]+([_-][0-9a-z]+)*$'
    ) NOT VALID,
    ADD CONSTRAINT saved_cards_account CHECK (length(account) <= 64 AND account ~ '^[0-9a-z]+([_-][0-9a-z]+)*$') NOT VALID;

ALTER TABLE intents
    ADD COLUMN gateway TEXT,
    ADD COLUMN account TEXT NOT NULL DEFAULT 'main',
    ADD CONSTRAINT intents_gateway CHECK (
        gateway IS NOT NULL AND length(gateway) <= 64 AND gateway ~ '^[0-9a-z]+([_-][0-9a-z]+)*$'
    ) NOT VALID,
    ADD CONSTRAINT intents_account CHECK (length(account) <= 64 AND account ~ '^[0-9a-z]+([_-][0-9a-z]+)*$') NOT VALID;

ALTER TABLE token_deletions
    ADD COLUMN gateway TEXT,
    ADD COLUMN account TEXT NOT NULL DEFAULT 'main',
    ADD CONSTRAINT token_deletions_gateway CHECK (
        gateway IS NOT NULL AND length(gateway) <= 64 AND gateway ~ '^[0-9a-z]+([_-][0-9a-z]+)*$'
    ) NOT VALID,
    ADD CONSTRAINT token_deletions_account CHECK (length(account) <= 64 AND account ~ '^[0-9a-z]+([_-][0-9a-z]+)*$') NOT VALID;

ALTER TABLE intents
    ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN tried_at TIMESTAMP,
    ADD COLUMN last_error TEXT,
    ADD CONSTRAINT intents_last_error CHECK (last_error ~ '^[a-z_]{1,40}$') NOT VALID;

ALTER TABLE token_deletions
    ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN tried_at TIMESTAMP,
    ADD COLUMN last_error TEXT,
    ADD CONSTRAINT token_deletions_last_error CHECK (last_error ~ '^[a-z_]{1,40}$') NOT VALID;

-- Rows that do not say it belong to the present gateway of their point of sale: those from before, and those of a
-- process of the release before, which may run on for a while.
CREATE FUNCTION fill_gateway() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT gateway FROM %I.pos WHERE pk = $1', TG_TABLE_SCHEMA) INTO NEW.gateway USING NEW.pos;
    RETURN NEW;
END
$$;

CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON saved_cards
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON intents
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
CREATE TRIGGER fill_gateway BEFORE INSERT OR UPDATE ON token_deletions
    FOR EACH ROW WHEN (NEW.gateway IS NULL) EXECUTE FUNCTION fill_gateway();
