"""A message, and the account, by Twilio's own client, whose requests are led to another place."""

import json
import sys

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

given = json.loads(sys.argv[1])


class LedElsewhere(TwilioHttpClient):
    def request(self, method, url, *arguments, **named):
        return super().request(method, url.replace("https://api.twilio.com", given["url"]), *arguments, **named)


client = Client(given["sid"], given["token"], http_client=LedElsewhere())
client.messages.create(
    to=given["to"],
    status_callback=given["callback"],
    validity_period=given["validity"],
    from_=given["from"],
    body=given["body"],
)
client.api.v2010.accounts(given["sid"]).fetch()
