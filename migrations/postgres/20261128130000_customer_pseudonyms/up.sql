-- The audit log names a customer by a random pseudonym. Erasing a customer deletes the row here; the records stay.
CREATE TABLE customer_pseudonyms (
    customer BIGINT PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE DEFAULT replace(gen_random_uuid()::text, '-', '')
        CHECK (pseudonym ~ '^[0-9a-f]{32}$')
);

-- No rewrite and no scan: the defaults are constants, and the checks hold for new rows until they are validated.
-- `ending` is the intent of a record that ends it: each intent ends once.
ALTER TABLE audit_log
    ALTER COLUMN customer DROP NOT NULL,
    ADD COLUMN kind TEXT NOT NULL DEFAULT 'card',
    ADD COLUMN pseudonym TEXT,
    ADD COLUMN ending TEXT,
    ADD COLUMN principal TEXT,
    ADD COLUMN request_id TEXT,
    ADD COLUMN part TEXT,
    ADD COLUMN object_key TEXT,
    ADD COLUMN changes TEXT,
    ADD COLUMN consented_at TIMESTAMP,
    ADD COLUMN consent_version TEXT,
    ADD CONSTRAINT audit_log_kind CHECK (kind ~ '^[a-z_]{1,20}$') NOT VALID,
    ADD CONSTRAINT audit_log_pseudonym CHECK (pseudonym ~ '^[0-9a-f]{32}$') NOT VALID,
    ADD CONSTRAINT audit_log_ending CHECK (ending = intent) NOT VALID,
    ADD CONSTRAINT audit_log_principal CHECK (length(principal) BETWEEN 1 AND 100) NOT VALID,
    ADD CONSTRAINT audit_log_request_id CHECK (request_id ~ '^[0-9A-Za-z_.-]{1,64}$') NOT VALID,
    ADD CONSTRAINT audit_log_part CHECK (part ~ '^[a-z_]{1,20}$') NOT VALID,
    ADD CONSTRAINT audit_log_object_key CHECK (length(object_key) BETWEEN 1 AND 100) NOT VALID,
    ADD CONSTRAINT audit_log_consent_version CHECK (consent_version ~ '^[0-9A-Za-z_.-]{1,16}$') NOT VALID;

CREATE UNIQUE INDEX audit_log_ending ON audit_log (ending) WHERE ending IS NOT NULL;

-- The release before this one writes the customer's key: it is replaced on the way in.
CREATE FUNCTION audit_log_name_by_pseudonym() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO customer_pseudonyms (customer) VALUES (NEW.customer) ON CONFLICT DO NOTHING;
    SELECT pseudonym INTO NEW.pseudonym FROM customer_pseudonyms WHERE customer = NEW.customer;
    NEW.customer := NULL;
    IF NEW.outcome <> 'unknown' THEN
        NEW.ending := NEW.intent;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_log_name_by_pseudonym BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.customer IS NOT NULL) EXECUTE FUNCTION audit_log_name_by_pseudonym();

ALTER TABLE saved_cards
    ADD COLUMN consent_version TEXT,
    ADD CONSTRAINT saved_cards_consent_version CHECK (consent_version ~ '^[0-9A-Za-z_.-]{1,16}$') NOT VALID;
