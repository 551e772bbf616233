// A message, and the account, by Twilio's own client, whose requests are led to another place.
const { createRequire } = require("node:module");
const requireParty = createRequire(`${process.argv[2]}/`);
const twilio = requireParty("twilio");
const input = JSON.parse(process.argv[3]);

class LedElsewhere extends twilio.RequestClient {
  request(options) {
    return super.request({ ...options, uri: options.uri.replace("https://api.twilio.com", input.url) });
  }
}

const client = twilio(input.sid, input.token, { httpClient: new LedElsewhere() });

(async () => {
  await client.messages.create({
    to: input.to,
    statusCallback: input.callback,
    validityPeriod: input.validity,
    from: input.from,
    body: input.body,
  });
  await client.api.v2010.accounts(input.sid).fetch();
})();
