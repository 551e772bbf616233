DROP TRIGGER repeat_in_copy ON sessions;
DROP TABLE sessions_partitioned;
