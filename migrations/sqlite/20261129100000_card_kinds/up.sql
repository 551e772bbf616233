-- compatible since 20261122100000
ALTER TABLE cards ADD COLUMN is_commercial BOOLEAN NOT NULL DEFAULT 0 CHECK (is_commercial IN (0, 1));
ALTER TABLE cards ADD COLUMN is_fallback BOOLEAN NOT NULL DEFAULT 0 CHECK (is_fallback IN (0, 1));
