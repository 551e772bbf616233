-- Fails while a plan has a negative rate.
ALTER TABLE plans DROP CONSTRAINT plans_interest_rate_check;
ALTER TABLE plans ADD CHECK (interest_rate BETWEEN 0 AND 10000000);
