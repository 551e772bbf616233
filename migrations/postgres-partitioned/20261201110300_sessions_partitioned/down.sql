-- Readers and writers wait until the rows are copied back.
LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER refuse_deletion_by_place ON sessions;
INSERT INTO sessions_whole SELECT * FROM sessions;
SELECT copy_rights('sessions', 'sessions_whole');
ALTER TABLE sessions RENAME TO sessions_partitioned;
ALTER TABLE sessions_whole RENAME TO sessions;
CREATE TRIGGER repeat_in_copy AFTER INSERT OR UPDATE OR DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION repeat_in_copy('sessions_partitioned', 'digest');
