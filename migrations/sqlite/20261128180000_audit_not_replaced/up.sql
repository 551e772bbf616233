-- compatible since 20261122100000
-- INSERT OR REPLACE deletes the former row without a delete trigger.
CREATE TRIGGER audit_log_not_replaced BEFORE INSERT ON audit_log
    WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_seals_not_replaced BEFORE INSERT ON audit_seals
    WHEN EXISTS (SELECT 1 FROM audit_seals WHERE number = NEW.number OR record = NEW.record) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_pruned_not_replaced BEFORE INSERT ON audit_pruned
    WHEN EXISTS (SELECT 1 FROM audit_pruned WHERE number = NEW.number) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
