-- compatible since 20261129100100
-- The first digits of the number, for finding the card in the catalog: 8 of 16 or more, 6 of fewer (PCI DSS 3.4.1, PCI SSC
-- FAQ 1091). A row without them was written by an earlier release, and has the 6 of its mask.

ALTER TABLE saved_cards ADD COLUMN bin TEXT CHECK (length(bin) IN (6, 8) AND bin NOT GLOB '*[^0-9]*');
ALTER TABLE card_actions ADD COLUMN bin TEXT CHECK (length(bin) IN (6, 8) AND bin NOT GLOB '*[^0-9]*');
