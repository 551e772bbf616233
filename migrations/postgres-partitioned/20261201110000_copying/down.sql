DROP FUNCTION refuse_deletion_by_place();
DROP FUNCTION copy_rights(regclass, regclass);
DROP FUNCTION revoke_rights(regclass);
DROP FUNCTION columns_of(regclass);
DROP PROCEDURE copy_rows(text, text, text, text, text);
DROP FUNCTION repeat_in_copy();
