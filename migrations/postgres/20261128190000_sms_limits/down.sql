DROP TABLE verified_customers;
DROP TABLE sms_pauses;
DROP TABLE sms_codes;
DROP TABLE sms_counters;
