-- What is unique in the audit log, whatever the month: a record of an intent and outcome, and the end of an intent. It
-- goes with the records. A record's number is drawn from one sequence for all months and cannot be written otherwise; it is
-- unique among the seals, and a second record with the number of a sealed one does not verify.
CREATE TABLE audit_keys (
    intent TEXT NOT NULL,
    outcome TEXT NOT NULL,
    is_ending BOOLEAN NOT NULL,
    PRIMARY KEY (intent, outcome)
);
CREATE UNIQUE INDEX audit_keys_ending ON audit_keys (intent) WHERE is_ending;
SELECT revoke_rights('audit_keys');

CREATE FUNCTION take_audit_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO audit_keys (intent, outcome, is_ending) VALUES (NEW.intent, NEW.outcome, NEW.ending IS NOT NULL)
        ON CONFLICT DO NOTHING;
    -- A row that moves to another month has its key.
    IF NOT FOUND AND EXISTS (
        SELECT FROM audit_log WHERE intent = NEW.intent AND (outcome = NEW.outcome OR ending = NEW.ending)
    ) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION drop_audit_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM audit_keys USING gone WHERE audit_keys.intent = gone.intent AND audit_keys.outcome = gone.outcome;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION take_audit_key(), drop_audit_keys() FROM PUBLIC;

-- After `audit_log_name_by_pseudonym`, which marks an end: triggers run in the order of their names.
CREATE TRIGGER audit_log_take_key BEFORE INSERT ON audit_log
    FOR EACH ROW WHEN (NEW.intent IS NOT NULL) EXECUTE FUNCTION take_audit_key();
CREATE TRIGGER audit_log_drop_keys AFTER DELETE ON audit_log
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_audit_keys();

-- The keys of the records that are there, one batch after another; `copy_rows` needs columns of the table.
CREATE VIEW audit_key_rows AS
    SELECT id, intent, outcome, ending IS NOT NULL AS is_ending FROM audit_log WHERE intent IS NOT NULL;
SELECT revoke_rights('audit_key_rows');
