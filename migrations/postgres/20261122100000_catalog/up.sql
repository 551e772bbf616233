-- Amounts are minor units, rates ten-thousandths of a percent, documents JSON, instants UTC.
-- Keys are compared byte by byte (collation C), so that they have one order whatever the server's language is.

CREATE TABLE catalog_version (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);

INSERT INTO catalog_version (id, version) VALUES (1, 0);

CREATE TABLE banks (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    logo TEXT,
    logo_path TEXT
);

CREATE TABLE card_types (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    logo TEXT,
    logo_path TEXT
);

CREATE TABLE pos (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    gateway TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    config TEXT NOT NULL
);

CREATE TABLE cards (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    card_payment_type TEXT NOT NULL CHECK (card_payment_type IN ('credit', 'debit')),
    bank BIGINT NOT NULL REFERENCES banks (pk),
    card_type BIGINT NOT NULL REFERENCES card_types (pk),
    pos BIGINT NOT NULL REFERENCES pos (pk),
    sort_order BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL
);

CREATE INDEX cards_bank ON cards (bank);
CREATE INDEX cards_card_type ON cards (card_type);
CREATE INDEX cards_pos ON cards (pos);

-- A card number's first digits name one card.
CREATE TABLE card_bins (
    bin TEXT COLLATE "C" PRIMARY KEY NOT NULL CHECK (bin ~ '^[0-9]{4,11}$'),
    card BIGINT NOT NULL REFERENCES cards (pk) ON DELETE CASCADE,
    position INTEGER NOT NULL
);

CREATE INDEX card_bins_card ON card_bins (card);

CREATE TABLE plans (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    card BIGINT NOT NULL REFERENCES cards (pk) ON DELETE CASCADE,
    installment_count INTEGER NOT NULL CHECK (installment_count BETWEEN 1 AND 99),
    interest_rate BIGINT NOT NULL CHECK (interest_rate BETWEEN 0 AND 10000000),
    label TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (card, installment_count)
);

CREATE TABLE payment_options (
    pk BIGINT PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    payment_type TEXT NOT NULL,
    pos BIGINT NOT NULL REFERENCES pos (pk),
    is_active BOOLEAN NOT NULL,
    sort_order BIGINT NOT NULL
);

CREATE INDEX payment_options_pos ON payment_options (pos);

CREATE TABLE rules (
    slug TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    condition TEXT NOT NULL,
    effect TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    valid_from TIMESTAMP,
    valid_until TIMESTAMP
);
