DROP TRIGGER audit_pruned_not_replaced;
DROP TRIGGER audit_seals_not_replaced;
DROP TRIGGER audit_log_not_replaced;
