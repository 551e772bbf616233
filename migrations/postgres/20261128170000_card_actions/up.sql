-- compatible since 20261128160000
-- What a gateway wants a customer to do before it makes a token (3-D Secure), and the card that is saved then. The URL of
-- the return holds an id whose SHA-256 is kept. All but that and the reason of a refusal goes when the intent is closed,
-- and the card goes when the customer is erased. No column can hold a card number: names have at most five digits.

CREATE TABLE card_actions (
    intent TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
    deadline TIMESTAMP NOT NULL,
    handle TEXT CHECK (length(handle) BETWEEN 1 AND 255),
    url TEXT CHECK (length(url) BETWEEN 1 AND 2048),
    refusal TEXT CHECK (refusal ~ '^[a-z_]{1,20}$'),
    expiry_month INTEGER CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year INTEGER CHECK (expiry_year BETWEEN 2000 AND 2099),
    brand TEXT CHECK (brand ~ '^[a-z_]{1,20}$'),
    holder TEXT CHECK (length(holder) BETWEEN 2 AND 100 AND holder !~ '([0-9].*){6}'),
    name TEXT CHECK (length(name) BETWEEN 1 AND 50 AND name !~ '([0-9].*){6}'),
    consented_at TIMESTAMP,
    consent_version TEXT CHECK (consent_version ~ '^[0-9A-Za-z_.-]{1,16}$')
);
