DROP TRIGGER repeat_in_copy ON saved_cards;
DROP TABLE saved_cards_partitioned;
