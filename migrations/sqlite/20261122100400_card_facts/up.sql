-- What a gateway states about a card: its family and its bank, with too few digits for a card number or a phone.

ALTER TABLE saved_cards ADD COLUMN family TEXT CHECK (
    length(family) BETWEEN 1 AND 64
    AND family NOT GLOB '*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*'
);
ALTER TABLE saved_cards ADD COLUMN bank TEXT CHECK (
    length(bank) BETWEEN 1 AND 64
    AND bank NOT GLOB '*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*[0-9]*'
);
