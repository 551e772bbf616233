"""Charges one saved card as `examples/checkout` does: twice for one order, and a token that does not exist."""

import http.client
import json
import sys
from decimal import Decimal
from pathlib import Path

# The example's own modules; an isolated interpreter knows no other folder.
sys.path.insert(0, str(Path(__file__).parents[5] / "examples/checkout"))
sys.dont_write_bytecode = True

import charge_craftgate
import charge_iyzico
import charge_stripe
from charge import Charge, Declined
from checkout import BUYER
from payments import Quote

given = json.loads(sys.argv[1])
key, secret, url = given["key"], given["secret"], given["url"]
# iyzico's client knows HTTPS only.
http.client.HTTPSConnection = http.client.HTTPConnection
charge = {
    "iyzico": lambda: charge_iyzico.charger(key, secret, url.removeprefix("http://"), 0),
    "craftgate": lambda: charge_craftgate.charger(key, secret, url),
    "stripe": lambda: charge_stripe.charger(secret, url),
}[given["gateway"]]()
quote = Quote("", "", 0, Decimal("19.49"), Decimal("20.47"), "TRY", 3)


def pay(reference, instrument, since=None):
    return charge(Charge(reference, quote, {"provider": instrument}, BUYER, since))


first = pay("ORD-1-1", given["instrument"])
assert pay("ORD-1-1", given["instrument"], since=1.0) == first
try:
    pay("ORD-2-1", given["unknown"])
except Declined:
    print("once")
