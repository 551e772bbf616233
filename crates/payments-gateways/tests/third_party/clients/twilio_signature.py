"""The signature of a report, by Twilio's own library."""

import json
import sys

from twilio.request_validator import RequestValidator

given = json.loads(sys.argv[1])


class Parameters(dict):
    """Like the parameters of web frameworks: it has all values of a name."""

    def getlist(self, name):
        value = self[name]
        return value if isinstance(value, list) else [value]


parameters = Parameters(given["parameters"])
print(RequestValidator(given["token"]).compute_signature(given["called"], parameters))
