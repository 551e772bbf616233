-- compatible since 20261129100100
-- The first digits of the number, for finding the card in the catalog: 8 of 16 or more, 6 of fewer (PCI DSS 3.4.1, PCI SSC
-- FAQ 1091). A row without them was written by an earlier release, and has the 6 of its mask.

ALTER TABLE saved_cards
    ADD COLUMN bin TEXT,
    ADD CONSTRAINT saved_cards_bin CHECK (bin ~ '^[0-9]{6}([0-9]{2})?$') NOT VALID;
ALTER TABLE card_actions
    ADD COLUMN bin TEXT,
    ADD CONSTRAINT card_actions_bin CHECK (bin ~ '^[0-9]{6}([0-9]{2})?$') NOT VALID;
