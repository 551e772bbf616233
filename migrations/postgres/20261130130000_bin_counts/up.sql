-- compatible since 20261122100000
-- How often customers typed or saved cards that begin with these six digits, by day. Holds nothing of a customer.
CREATE TABLE bin_counts (
    bin TEXT COLLATE "C" NOT NULL CHECK (bin ~ '^[0-9]{6}$'),
    day DATE NOT NULL,
    count BIGINT NOT NULL CHECK (count > 0),
    PRIMARY KEY (bin, day)
);

CREATE INDEX bin_counts_day ON bin_counts (day);
