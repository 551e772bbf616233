CALL copy_rows('saved_cards', 'saved_cards_partitioned', columns_of('saved_cards'), 'pk', 'bigint');
