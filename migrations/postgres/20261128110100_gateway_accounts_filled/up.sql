-- compatible since 20261122100000
-- Rows from before belong to the present gateway of their point of sale.

UPDATE saved_cards SET gateway = (SELECT gateway FROM pos WHERE pos.pk = saved_cards.pos) WHERE gateway IS NULL;
UPDATE intents SET gateway = (SELECT gateway FROM pos WHERE pos.pk = intents.pos) WHERE gateway IS NULL;
UPDATE token_deletions SET gateway = (SELECT gateway FROM pos WHERE pos.pk = token_deletions.pos) WHERE gateway IS NULL;
