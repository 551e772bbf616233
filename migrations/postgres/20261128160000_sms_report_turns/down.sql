DROP TABLE sms_report_turns;
