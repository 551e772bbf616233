-- What became of messages, by the ids their providers gave them: no phone, no text, no customer.
CREATE TABLE sms_sends (
    sender TEXT NOT NULL CHECK (length(sender) BETWEEN 1 AND 20 AND sender NOT GLOB '*[^a-z_]*'),
    message TEXT NOT NULL CHECK (length(message) BETWEEN 1 AND 64 AND message NOT GLOB '*[^0-9A-Za-z_.-]*'),
    state TEXT NOT NULL CHECK (state IN ('on_its_way', 'delivered', 'failed')),
    sent_at TIMESTAMP NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (sender, message)
);

CREATE INDEX sms_sends_open ON sms_sends (sender, sent_at) WHERE state = 'on_its_way';
CREATE INDEX sms_sends_sent ON sms_sends (sent_at);
