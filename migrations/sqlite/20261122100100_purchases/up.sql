CREATE TABLE products (
    pk INTEGER PRIMARY KEY CHECK (pk > 0),
    name TEXT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    categories TEXT NOT NULL,
    attributes TEXT NOT NULL,
    is_active BOOLEAN NOT NULL CHECK (is_active IN (0, 1))
);

-- The phone number is the profile's; no flow's phone is ever here.
CREATE TABLE customers (
    pk INTEGER PRIMARY KEY CHECK (pk > 0),
    phone_number TEXT,
    segments TEXT NOT NULL,
    is_active BOOLEAN NOT NULL CHECK (is_active IN (0, 1))
);

CREATE TABLE baskets (
    pk INTEGER PRIMARY KEY CHECK (pk > 0),
    customer BIGINT REFERENCES customers (pk),
    state TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3)
);

CREATE INDEX baskets_customer ON baskets (customer);

CREATE TABLE basket_items (
    basket BIGINT NOT NULL REFERENCES baskets (pk) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    product BIGINT NOT NULL REFERENCES products (pk),
    quantity BIGINT NOT NULL CHECK (quantity BETWEEN 1 AND 4294967295),
    price_minor BIGINT NOT NULL,
    PRIMARY KEY (basket, position)
);

CREATE INDEX basket_items_product ON basket_items (product);

CREATE TABLE pre_orders (
    pk INTEGER PRIMARY KEY CHECK (pk > 0),
    basket BIGINT NOT NULL REFERENCES baskets (pk),
    state TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3)
);

CREATE INDEX pre_orders_basket ON pre_orders (basket);

-- Only the SHA-256 of a session's id, never the id.
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY NOT NULL CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
    customer BIGINT REFERENCES customers (pk),
    basket BIGINT REFERENCES baskets (pk),
    pre_order BIGINT REFERENCES pre_orders (pk),
    expires_at TIMESTAMP NOT NULL
);

CREATE INDEX sessions_customer ON sessions (customer);
CREATE INDEX sessions_basket ON sessions (basket);
CREATE INDEX sessions_pre_order ON sessions (pre_order);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
