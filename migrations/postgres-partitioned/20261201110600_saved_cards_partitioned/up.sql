-- The copy takes the table's place, and continues its sequence. The table stays, empty, for the way back.
LOCK TABLE saved_cards IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER repeat_in_copy ON saved_cards;
SELECT copy_rights('saved_cards', 'saved_cards_partitioned');
SELECT setval(
    pg_get_serial_sequence('saved_cards_partitioned', 'pk'), nextval(pg_get_serial_sequence('saved_cards', 'pk')), FALSE
);
ALTER TABLE saved_cards RENAME TO saved_cards_whole;
ALTER TABLE saved_cards_partitioned RENAME TO saved_cards;
TRUNCATE saved_cards_whole;
SELECT revoke_rights('saved_cards_whole');
