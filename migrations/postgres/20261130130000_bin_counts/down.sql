DROP TABLE bin_counts;
