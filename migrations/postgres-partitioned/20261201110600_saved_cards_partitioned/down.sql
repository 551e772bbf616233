-- Readers and writers wait until the rows are copied back.
LOCK TABLE saved_cards IN ACCESS EXCLUSIVE MODE;
INSERT INTO saved_cards_whole OVERRIDING SYSTEM VALUE SELECT * FROM saved_cards;
SELECT copy_rights('saved_cards', 'saved_cards_whole');
SELECT setval(
    pg_get_serial_sequence('saved_cards_whole', 'pk'), nextval(pg_get_serial_sequence('saved_cards', 'pk')), FALSE
);
ALTER TABLE saved_cards RENAME TO saved_cards_partitioned;
ALTER TABLE saved_cards_whole RENAME TO saved_cards;
CREATE TRIGGER repeat_in_copy AFTER INSERT OR UPDATE OR DELETE ON saved_cards
    FOR EACH ROW EXECUTE FUNCTION repeat_in_copy('saved_cards_partitioned', 'pk');
