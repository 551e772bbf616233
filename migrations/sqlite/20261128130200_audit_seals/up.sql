CREATE INDEX audit_log_pseudonym_at ON audit_log (pseudonym, at, id);
CREATE INDEX audit_log_at ON audit_log (at, id);

-- The chain: one link for each record, in the order of sealing. `seal` is an HMAC over the record and the seal before.
CREATE TABLE audit_seals (
    number BIGINT PRIMARY KEY NOT NULL CHECK (number > 0),
    day DATE NOT NULL,
    record BIGINT NOT NULL UNIQUE,
    key_id TEXT NOT NULL CHECK (length(key_id) = 16 AND key_id NOT GLOB '*[^0-9a-f]*'),
    seal TEXT NOT NULL CHECK (length(seal) = 64 AND seal NOT GLOB '*[^0-9a-f]*')
);

CREATE INDEX audit_seals_day ON audit_seals (day);

-- Where the chain begins after retention dropped days: the number and the seal of the last link that was dropped, both
-- under an HMAC of their own.
CREATE TABLE audit_pruned (
    number BIGINT PRIMARY KEY NOT NULL CHECK (number > 0),
    day DATE NOT NULL,
    seal TEXT NOT NULL CHECK (length(seal) = 64 AND seal NOT GLOB '*[^0-9a-f]*'),
    key_id TEXT NOT NULL CHECK (length(key_id) = 16 AND key_id NOT GLOB '*[^0-9a-f]*'),
    tag TEXT NOT NULL CHECK (length(tag) = 64 AND tag NOT GLOB '*[^0-9a-f]*')
);

-- Records that wait for their seal.
CREATE TABLE audit_unsealed (
    record BIGINT PRIMARY KEY NOT NULL
);

CREATE TRIGGER audit_log_queue AFTER INSERT ON audit_log BEGIN
    INSERT INTO audit_unsealed (record) VALUES (NEW.id);
END;
INSERT INTO audit_unsealed (record) SELECT id FROM audit_log;

-- Has a row only within the transaction of `payments audit prune`, the one path on which records go.
CREATE TABLE audit_pruning (
    is_under_way BOOLEAN PRIMARY KEY NOT NULL
);

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
    WHEN NOT EXISTS (SELECT 1 FROM audit_pruning) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals
    WHEN NOT EXISTS (SELECT 1 FROM audit_pruning) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_pruned_no_update BEFORE UPDATE ON audit_pruned BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_pruned_no_delete BEFORE DELETE ON audit_pruned
    WHEN NOT EXISTS (SELECT 1 FROM audit_pruning) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
