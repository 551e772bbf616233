-- compatible since 20261128180100
-- How many messages were sent: for a customer, a phone or a block of addresses (their HMACs), and altogether. `most` is the
-- limit that was last counted against.
CREATE TABLE sms_counters (
    key TEXT COLLATE "C" PRIMARY KEY CHECK (key ~ '^[0-9a-z:-]{1,80}$'),
    used INTEGER NOT NULL CHECK (used >= 0),
    most INTEGER NOT NULL,
    ends_at TIMESTAMP NOT NULL
);

CREATE INDEX sms_counters_ends_at ON sms_counters (ends_at);

-- Codes that were sent, by eight bytes of their HMAC, and whether they were entered: for the breaker. `prefix` is a calling
-- code and three digits more, never a phone.
CREATE TABLE sms_codes (
    code TEXT COLLATE "C" PRIMARY KEY CHECK (code ~ '^[0-9a-f]{16}$'),
    prefix TEXT NOT NULL CHECK (prefix ~ '^[0-9]{1,8}$'),
    sent_at TIMESTAMP NOT NULL,
    is_verified BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX sms_codes_prefix ON sms_codes (prefix, sent_at);
CREATE INDEX sms_codes_sent_at ON sms_codes (sent_at);

-- Prefixes that the breaker has paused. One that is over stays: it says since when the prefix is judged again.
CREATE TABLE sms_pauses (
    prefix TEXT PRIMARY KEY NOT NULL CHECK (prefix ~ '^[0-9]{1,8}$'),
    paused_until TIMESTAMP NOT NULL
);

-- Customers who have entered a right code. No reference: a customer may be gone meanwhile.
CREATE TABLE verified_customers (
    customer BIGINT PRIMARY KEY
);
