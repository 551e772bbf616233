-- compatible since 20261128150000
-- Which sender was asked for its delivery reports, and until when nobody asks it again: one process asks for all.

CREATE TABLE sms_report_turns (
    sender TEXT PRIMARY KEY NOT NULL,
    taken_until TIMESTAMP NOT NULL
);
