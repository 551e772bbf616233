-- No column here can hold a card number, a CVV, a code or a phone: masks have their stars, names at most five digits,
-- gateways' codes no long run of digits.

CREATE TABLE saved_cards (
    pk BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customers (pk),
    pos BIGINT NOT NULL REFERENCES pos (pk),
    token TEXT NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    provider_customer_key TEXT CHECK (length(provider_customer_key) BETWEEN 1 AND 255),
    masked_number TEXT NOT NULL CHECK (masked_number ~ '^[0-9]{6}\*{2,9}[0-9]{4}$'),
    fingerprint TEXT NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    expiry_month INTEGER NOT NULL CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year INTEGER NOT NULL CHECK (expiry_year BETWEEN 2000 AND 2099),
    brand TEXT NOT NULL CHECK (brand ~ '^[a-z_]{1,20}$'),
    holder TEXT NOT NULL CHECK (
        length(holder) BETWEEN 2 AND 100 AND holder !~ '([0-9].*){6}'
    ),
    name TEXT CHECK (
        length(name) BETWEEN 1 AND 50 AND name !~ '([0-9].*){6}'
    ),
    consented_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (customer, pos, fingerprint)
);

CREATE INDEX saved_cards_pos ON saved_cards (pos, token);

-- A call of a gateway, promised before it is made. A closed one keeps the answer for whoever asks again.
CREATE TABLE intents (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
    customer BIGINT NOT NULL REFERENCES customers (pk),
    pos BIGINT NOT NULL REFERENCES pos (pk),
    created_at TIMESTAMP NOT NULL,
    looks INTEGER NOT NULL DEFAULT 0,
    leased_until TIMESTAMP,
    outcome TEXT CHECK (outcome IN ('saved', 'refused', 'reconciled')),
    saved_card BIGINT,
    gateway_code TEXT CHECK (gateway_code ~ '^[0-9A-Za-z_.-]{1,40}$' AND gateway_code !~ '[0-9]{10}'),
    closed_at TIMESTAMP,
    CHECK ((outcome IS NULL) = (closed_at IS NULL)),
    CHECK ((outcome IS NOT NULL AND outcome = 'saved') = (saved_card IS NOT NULL))
);

CREATE INDEX intents_open ON intents (created_at) WHERE outcome IS NULL;
CREATE INDEX intents_customer ON intents (customer);
CREATE INDEX intents_pos ON intents (pos);

-- Tokens without a card row, to be deleted at their gateways.
CREATE TABLE token_deletions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
    attempt TEXT NOT NULL CHECK (attempt ~ '^[0-9a-f]{16}$'),
    PRIMARY KEY (customer, day, attempt)
);

CREATE INDEX code_tries_day ON code_tries (day);

-- No references: the log outlives what it is about.
CREATE TABLE audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    intent TEXT CHECK (intent ~ '^[0-9a-f]{32}$'),
    customer BIGINT NOT NULL,
    pos BIGINT,
    outcome TEXT NOT NULL CHECK (outcome ~ '^[a-z_]{1,20}$'),
    gateway_code TEXT CHECK (gateway_code ~ '^[0-9A-Za-z_.-]{1,40}$' AND gateway_code !~ '[0-9]{10}'),
    at TIMESTAMP NOT NULL,
    UNIQUE (intent, outcome)
);

CREATE INDEX audit_log_customer ON audit_log (customer);
