DROP FUNCTION month_in(regclass, text);
DROP FUNCTION first_month(timestamp);
DROP FUNCTION keep_months();
DROP FUNCTION drop_month(text, text);
DROP FUNCTION empty_month(text, timestamp);
DROP FUNCTION make_month(text, text, timestamp);
DROP FUNCTION guard_audit_part(text);
DROP FUNCTION months_of(regclass);
