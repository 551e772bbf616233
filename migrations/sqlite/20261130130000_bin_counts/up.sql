-- compatible since 20261122100000
-- How often customers typed or saved cards that begin with these six digits, by day. Holds nothing of a customer.
CREATE TABLE bin_counts (
    bin TEXT NOT NULL CHECK (length(bin) = 6 AND bin NOT GLOB '*[^0-9]*'),
    day DATE NOT NULL,
    count BIGINT NOT NULL CHECK (count > 0),
    PRIMARY KEY (bin, day)
);

CREATE INDEX bin_counts_day ON bin_counts (day);
