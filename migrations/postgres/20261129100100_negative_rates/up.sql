-- A program without this migration cannot read a negative rate.
-- Validated at once: the catalog has few plans.
ALTER TABLE plans DROP CONSTRAINT plans_interest_rate_check;
ALTER TABLE plans ADD CHECK (interest_rate BETWEEN -999999 AND 10000000);
