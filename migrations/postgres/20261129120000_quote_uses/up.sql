-- compatible since 20261122100000
-- The order that each quote was used for, until some time after the quote expired. Holds nothing of a customer or a card:
-- the audit log says who got what.
CREATE TABLE quote_uses (
    jti TEXT COLLATE "C" PRIMARY KEY CHECK (jti ~ '^[0-9A-Za-z_-]{16,64}$'),
    order_ref TEXT NOT NULL CHECK (order_ref ~ '^[0-9A-Za-z_.:/-]{1,64}$'),
    expires_at TIMESTAMP NOT NULL
);

CREATE INDEX quote_uses_expires_at ON quote_uses (expires_at);
