-- The copy takes the table's place. The table stays, empty, for the way back.
LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER repeat_in_copy ON sessions;
SELECT copy_rights('sessions', 'sessions_partitioned');
ALTER TABLE sessions RENAME TO sessions_whole;
ALTER TABLE sessions_partitioned RENAME TO sessions;
TRUNCATE sessions_whole;
SELECT revoke_rights('sessions_whole');
CREATE TRIGGER refuse_deletion_by_place BEFORE DELETE ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_deletion_by_place();
