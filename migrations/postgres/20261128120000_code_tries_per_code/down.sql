-- An earlier release counts every row as a wrong try.
DELETE FROM code_tries WHERE is_right;

ALTER TABLE code_tries
    DROP CONSTRAINT code_tries_used,
    DROP COLUMN code,
    DROP COLUMN is_shared,
    DROP COLUMN is_right,
    DROP COLUMN replay,
    DROP COLUMN intent,
    DROP COLUMN used_at;
