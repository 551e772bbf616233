-- What became of messages, by the ids their providers gave them: no phone, no text, no customer.
CREATE TABLE sms_sends (
    sender TEXT COLLATE "C" NOT NULL CHECK (sender ~ '^[a-z_]{1,20}$'),
    message TEXT COLLATE "C" NOT NULL CHECK (message ~ '^[0-9A-Za-z_.-]{1,64}$'),
    state TEXT NOT NULL CHECK (state IN ('on_its_way', 'delivered', 'failed')),
    sent_at TIMESTAMP NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (sender, message)
);

CREATE INDEX sms_sends_open ON sms_sends (sender, sent_at) WHERE state = 'on_its_way';
CREATE INDEX sms_sends_sent ON sms_sends (sent_at);
