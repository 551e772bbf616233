"""A first card, a second one, and a deletion, by iyzico's own client, which knows HTTPS only."""

import http.client
import json
import sys

import iyzipay

given = json.loads(sys.argv[1])
http.client.HTTPSConnection = http.client.HTTPConnection
options = {"api_key": given["apiKey"], "secret_key": given["secretKey"], "base_url": given["url"]}

for method, body in [("create", "first"), ("create", "second"), ("delete", "delete")]:
    answer = getattr(iyzipay.Card(), method)(given[body], options)
    assert answer.status == 200, answer.status
    answer.read()
