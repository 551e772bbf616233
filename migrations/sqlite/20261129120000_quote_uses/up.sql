-- compatible since 20261122100000
-- The order that each quote was used for, until some time after the quote expired. Holds nothing of a customer or a card:
-- the audit log says who got what.
CREATE TABLE quote_uses (
    jti TEXT PRIMARY KEY NOT NULL CHECK (length(jti) BETWEEN 16 AND 64 AND jti NOT GLOB '*[^0-9A-Za-z_-]*'),
    order_ref TEXT NOT NULL CHECK (length(order_ref) BETWEEN 1 AND 64 AND order_ref NOT GLOB '*[^0-9A-Za-z_.:/-]*'),
    expires_at TIMESTAMP NOT NULL
);

CREATE INDEX quote_uses_expires_at ON quote_uses (expires_at);
