-- Tries count per sent code (`code`: eight bytes of its HMAC; unknown for those of an earlier release) besides per day.
-- A try that another request relies on is not given back. A right one counts no longer; `replay` tells its code again
-- when the flow's state is gone, and `intent` what it was used for.

ALTER TABLE code_tries
    ADD COLUMN code TEXT,
    ADD COLUMN is_shared BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN is_right BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN replay TEXT,
    ADD COLUMN intent TEXT,
    ADD COLUMN used_at TIMESTAMP,
    ADD CONSTRAINT code_tries_code CHECK (code ~ '^[0-9a-f]{16}$') NOT VALID,
    ADD CONSTRAINT code_tries_replay CHECK (replay ~ '^[0-9a-f]{16}$') NOT VALID,
    ADD CONSTRAINT code_tries_intent CHECK (intent ~ '^[0-9a-f]{32}$') NOT VALID,
    ADD CONSTRAINT code_tries_used CHECK (
        (used_at IS NULL) = (replay IS NULL) AND (used_at IS NULL) = (intent IS NULL)
    ) NOT VALID;
