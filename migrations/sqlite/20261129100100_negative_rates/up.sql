-- A program without this migration cannot read a negative rate.
CREATE TABLE new_plans (
    pk INTEGER PRIMARY KEY CHECK (pk > 0),
    card BIGINT NOT NULL REFERENCES cards (pk) ON DELETE CASCADE,
    installment_count INTEGER NOT NULL CHECK (installment_count BETWEEN 1 AND 99),
    interest_rate BIGINT NOT NULL CHECK (interest_rate BETWEEN -999999 AND 10000000),
    label TEXT NOT NULL,
    is_active BOOLEAN NOT NULL CHECK (is_active IN (0, 1)),
    position INTEGER NOT NULL,
    UNIQUE (card, installment_count)
);

INSERT INTO new_plans SELECT * FROM plans;
DROP TABLE plans;
ALTER TABLE new_plans RENAME TO plans;
