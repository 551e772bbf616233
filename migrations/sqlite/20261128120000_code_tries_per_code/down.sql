-- An earlier release counts every row as a wrong try.
DELETE FROM code_tries WHERE is_right;

ALTER TABLE code_tries DROP COLUMN code;
ALTER TABLE code_tries DROP COLUMN is_shared;
ALTER TABLE code_tries DROP COLUMN is_right;
ALTER TABLE code_tries DROP COLUMN replay;
ALTER TABLE code_tries DROP COLUMN intent;
ALTER TABLE code_tries DROP COLUMN used_at;
