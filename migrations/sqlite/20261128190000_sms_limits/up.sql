-- compatible since 20261128180100
-- How many messages were sent: for a customer, a phone or a block of addresses (their HMACs), and altogether. `most` is the
-- limit that was last counted against.
CREATE TABLE sms_counters (
    key TEXT PRIMARY KEY NOT NULL CHECK (length(key) BETWEEN 1 AND 80 AND key NOT GLOB '*[^0-9a-z:-]*'),
    used INTEGER NOT NULL CHECK (used >= 0),
    most INTEGER NOT NULL,
    ends_at TIMESTAMP NOT NULL
);

CREATE INDEX sms_counters_ends_at ON sms_counters (ends_at);

-- Codes that were sent, by eight bytes of their HMAC, and whether they were entered: for the breaker. `prefix` is a calling
-- code and three digits more, never a phone.
CREATE TABLE sms_codes (
    code TEXT PRIMARY KEY NOT NULL CHECK (length(code) = 16 AND code NOT GLOB '*[^0-9a-f]*'),
    prefix TEXT NOT NULL CHECK (length(prefix) BETWEEN 1 AND 8 AND prefix NOT GLOB '*[^0-9]*'),
    sent_at TIMESTAMP NOT NULL,
    is_verified BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX sms_codes_prefix ON sms_codes (prefix, sent_at);
CREATE INDEX sms_codes_sent_at ON sms_codes (sent_at);

-- Prefixes that the breaker has paused. One that is over stays: it says since when the prefix is judged again.
CREATE TABLE sms_pauses (
    prefix TEXT PRIMARY KEY NOT NULL CHECK (length(prefix) BETWEEN 1 AND 8 AND prefix NOT GLOB '*[^0-9]*'),
    paused_until TIMESTAMP NOT NULL
);

-- Customers who have entered a right code. No reference: a customer may be gone meanwhile.
CREATE TABLE verified_customers (
    customer BIGINT PRIMARY KEY NOT NULL
);
