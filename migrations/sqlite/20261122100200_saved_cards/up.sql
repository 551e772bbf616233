-- No column here can hold a card number, a CVV, a code or a phone: masks have their stars, names at most five digits,
-- gateways' codes no long run of digits.

CREATE TABLE saved_cards (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    customer BIGINT NOT NULL REFERENCES customers (pk),
    pos BIGINT NOT NULL REFERENCES pos (pk),
    token TEXT NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    provider_customer_key TEXT CHECK (length(provider_customer_key) BETWEEN 1 AND 255),
    masked_number TEXT NOT NULL CHECK (
        length(masked_number) BETWEEN 12 AND 19
        AND substr(masked_number, 1, 6) NOT GLOB '*[^0-9]*'
        AND replace(substr(masked_number, 7, length(masked_number) - 10), '*', '') = ''
        AND substr(masked_number, -4) NOT GLOB '*[^0-9]*'
    ),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64 AND fingerprint NOT GLOB '*[^0-9a-f]*'),
    expiry_month INTEGER NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year INTEGER NOT NULL CHECK (expiry_year BETWEEN 2000 AND 2099),
    brand TEXT NOT NULL CHECK (length(brand) BETWEEN 1 AND 20 AND brand NOT GLOB '*[^a-z_]*'),
    holder TEXT NOT NULL CHECK (
        length(holder) BETWEEN 2 AND 100 AND holder NOT GLOB '*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*'
    ),
    name TEXT CHECK (
        length(name) BETWEEN 1 AND 50 AND name NOT GLOB '*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*'
    ),
    consented_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (customer, pos, fingerprint)
);

CREATE INDEX saved_cards_pos ON saved_cards (pos, token);

-- A call of a gateway, promised before it is made. A closed one keeps the answer for whoever asks again.
CREATE TABLE intents (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    customer BIGINT NOT NULL REFERENCES customers (pk),
    pos BIGINT NOT NULL REFERENCES pos (pk),
    created_at TIMESTAMP NOT NULL,
    looks INTEGER NOT NULL DEFAULT 0,
    leased_until TIMESTAMP,
    outcome TEXT CHECK (outcome IN ('saved', 'refused', 'reconciled')),
    saved_card BIGINT,
    gateway_code TEXT CHECK (
        length(gateway_code) BETWEEN 1 AND 40
        AND gateway_code NOT GLOB '*[^0-9A-Za-z_.-]*'
        AND gateway_code NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'
    ),
    closed_at TIMESTAMP,
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CHECK ((outcome IS NOT NULL AND outcome = 'saved') = (saved_card IS NOT NULL))
);

CREATE INDEX intents_open ON intents (created_at) WHERE outcome IS NULL;
CREATE INDEX intents_customer ON intents (customer);
CREATE INDEX intents_pos ON intents (pos);

-- Tokens without a card row, to be deleted at their gateways.
CREATE TABLE token_deletions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pos BIGINT NOT NULL REFERENCES pos (pk),
    token TEXT NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    provider_customer_key TEXT CHECK (length(provider_customer_key) BETWEEN 1 AND 255),
    queued_at TIMESTAMP NOT NULL,
    leased_until TIMESTAMP
);

CREATE INDEX token_deletions_pos ON token_deletions (pos, token);

-- Codes tried by each customer on each day, by eight bytes of their HMAC: the same code tried again is one try. No
-- reference to customers: the count outlives a profile that is made anew.
CREATE TABLE code_tries (
    customer BIGINT NOT NULL,
    day DATE NOT NULL,
    attempt TEXT NOT NULL CHECK (length(attempt) = 16 AND attempt NOT GLOB '*[^0-9a-f]*'),
    PRIMARY KEY (customer, day, attempt)
);

CREATE INDEX code_tries_day ON code_tries (day);

-- No references: the log outlives what it is about.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    intent TEXT CHECK (length(intent) = 32 AND intent NOT GLOB '*[^0-9a-f]*'),
    customer BIGINT NOT NULL,
    pos BIGINT,
    outcome TEXT NOT NULL CHECK (length(outcome) BETWEEN 1 AND 20 AND outcome NOT GLOB '*[^a-z_]*'),
    gateway_code TEXT CHECK (
        length(gateway_code) BETWEEN 1 AND 40
        AND gateway_code NOT GLOB '*[^0-9A-Za-z_.-]*'
        AND gateway_code NOT GLOB '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]*'
    ),
    at TIMESTAMP NOT NULL,
    UNIQUE (intent, outcome)
);

CREATE INDEX audit_log_customer ON audit_log (customer);
