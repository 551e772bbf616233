CALL copy_rows('sessions', 'sessions_partitioned', columns_of('sessions'), 'digest', 'text COLLATE "C"');
