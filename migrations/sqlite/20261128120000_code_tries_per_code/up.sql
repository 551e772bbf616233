-- Tries count per sent code (`code`: eight bytes of its HMAC; unknown for those of an earlier release) besides per day.
-- A try that another request relies on is not given back. A right one counts no longer; `replay` tells its code again
-- when the flow's state is gone, and `intent` what it was used for.

ALTER TABLE code_tries ADD COLUMN code TEXT CHECK (length(code) = 16 AND code NOT GLOB '*[^0-9a-f]*');
ALTER TABLE code_tries ADD COLUMN is_shared BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE code_tries ADD COLUMN is_right BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE code_tries ADD COLUMN replay TEXT CHECK (length(replay) = 16 AND replay NOT GLOB '*[^0-9a-f]*');
ALTER TABLE code_tries ADD COLUMN intent TEXT CHECK (length(intent) = 32 AND intent NOT GLOB '*[^0-9a-f]*');
ALTER TABLE code_tries ADD COLUMN used_at TIMESTAMP;
