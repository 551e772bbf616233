// The signature of a report, by Twilio's own library.
const { createRequire } = require("node:module");
const requireParty = createRequire(`${process.argv[2]}/`);
const { getExpectedTwilioSignature } = requireParty("twilio/lib/webhooks/webhooks");
const input = JSON.parse(process.argv[3]);

process.stdout.write(getExpectedTwilioSignature(input.token, input.called, input.parameters));
