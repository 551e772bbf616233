-- compatible since 20261122100000
-- A token is valid at the account of the gateway that made it, and nowhere else. Tries of what is open are counted.

ALTER TABLE pos ADD COLUMN account TEXT NOT NULL DEFAULT 'main';

ALTER TABLE saved_cards ADD COLUMN gateway TEXT CHECK (length(gateway) BETWEEN 1 AND 64 AND gateway NOT GLOB '*[^0-9a-z_-]*');
ALTER TABLE saved_cards ADD COLUMN account TEXT NOT NULL DEFAULT 'main' CHECK (
    length(account) BETWEEN 1 AND 64 AND account NOT GLOB '*[^0-9a-z_-]*'
);

ALTER TABLE intents ADD COLUMN gateway TEXT CHECK (length(gateway) BETWEEN 1 AND 64 AND gateway NOT GLOB '*[^0-9a-z_-]*');
ALTER TABLE intents ADD COLUMN account TEXT NOT NULL DEFAULT 'main' CHECK (
    length(account) BETWEEN 1 AND 64 AND account NOT GLOB '*[^0-9a-z_-]*'
);

ALTER TABLE token_deletions ADD COLUMN gateway TEXT CHECK (length(gateway) BETWEEN 1 AND 64 AND gateway NOT GLOB '*[^0-9a-z_-]*');
ALTER TABLE token_deletions ADD COLUMN account TEXT NOT NULL DEFAULT 'main' CHECK (
    length(account) BETWEEN 1 AND 64 AND account NOT GLOB '*[^0-9a-z_-]*'
);

ALTER TABLE intents ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE intents ADD COLUMN tried_at TIMESTAMP;
ALTER TABLE intents ADD COLUMN last_error TEXT CHECK (
    length(last_error) BETWEEN 1 AND 40 AND last_error NOT GLOB '*[^a-z_]*'
);

ALTER TABLE token_deletions ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token_deletions ADD COLUMN tried_at TIMESTAMP;
ALTER TABLE token_deletions ADD COLUMN last_error TEXT CHECK (
    length(last_error) BETWEEN 1 AND 40 AND last_error NOT GLOB '*[^a-z_]*'
);

-- Rows that do not say it belong to the present gateway of their point of sale.
CREATE TRIGGER saved_cards_fill_gateway AFTER INSERT ON saved_cards WHEN NEW.gateway IS NULL BEGIN
    UPDATE saved_cards SET gateway = (SELECT gateway FROM pos WHERE pk = NEW.pos) WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER intents_fill_gateway AFTER INSERT ON intents WHEN NEW.gateway IS NULL BEGIN
    UPDATE intents SET gateway = (SELECT gateway FROM pos WHERE pk = NEW.pos) WHERE rowid = NEW.rowid;
END;
CREATE TRIGGER token_deletions_fill_gateway AFTER INSERT ON token_deletions WHEN NEW.gateway IS NULL BEGIN
    UPDATE token_deletions SET gateway = (SELECT gateway FROM pos WHERE pk = NEW.pos) WHERE rowid = NEW.rowid;
END;
