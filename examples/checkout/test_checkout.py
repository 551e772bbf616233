"""What becomes of an order when prices change, quotes expire, answers are lost and processes die.

The service is a small stand-in that signs quotes as the real one does. The tests of the project also run the whole way
against the real service.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
import unittest
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from charge import Charge, Declined, Unknown
from checkout import BUYER, PriceChanged, Shop
from orders import Order, Orders
from payments import InvalidQuote, Payments, Refused

ISSUER = "https://shop.example"


class Service:
    """Signs quotes and gives out instruments, a quote to one order only."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.total = "20.47"
        self.lifetime = 900
        self.quotes = 0
        self.used: dict[str, str] = {}
        self.refusals: list[str] = []

    def sign(self, key: Any = None, algorithm: str = "EdDSA", **changes: Any) -> str:
        self.quotes += 1
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "7",
            "jti": f"quote-{self.quotes}",
            "iat": now,
            "exp": now + self.lifetime,
            "saved_card": 12,
            "amount": "19.49",
            "total_amount": self.total,
            "currency": "TRY",
            "installment_count": 3,
        }
        typ = changes.pop("typ", "payments-quote+jwt")
        headers = {"kid": changes.pop("kid", "1"), "typ": typ}
        return jwt.encode(claims | changes, key or self.key, algorithm, headers=headers)

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/jwks.json":
            key = OKPAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return 200, {"keys": [key | {"kid": "1", "use": "sig", "alg": "EdDSA"}]}
        if path == "/manage/v1/quotes/":
            return 201, {"quote": self.sign()}
        if self.refusals:
            code = self.refusals.pop(0)
            return (503 if code == "unavailable" else 409), {"code": code, "errors": {}}
        if self.used.setdefault(body["quote"], body["order"]) != body["order"]:
            return 409, {"code": "quote_used", "errors": {}}
        return 200, {"gateway": "fake", "provider": {"cardToken": "t"}}


class Provider:
    """Charges once per reference, or fails as the test requires."""

    def __init__(self) -> None:
        self.charges: dict[str, Decimal] = {}
        self.faults: list[str] = []

    def __call__(self, payment: Charge) -> str:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "declined":
            raise Declined("10051")
        if fault == "lost request":
            raise Unknown(fault)
        self.charges.setdefault(payment.reference, payment.quote.total_amount)
        if fault == "lost answer":
            raise Unknown(fault)
        return f"payment-of-{payment.reference}"


def serve(service: Service) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(size) or "{}")
            status, answer = service.answer(self.path, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class CheckoutTest(unittest.TestCase):
    def setUp(self) -> None:
        self.service = Service()
        self.provider = Provider()
        server = serve(self.service)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = str(Path(folder.name) / "orders.db")
        self.payments = Payments(f"http://127.0.0.1:{server.server_port}", "token", ISSUER)
        self.order = Order("ORD-1", "session", 12, 3, Decimal("20.47"))

    def pay(self, order: Order | None = None) -> Order:
        """As a new process does: it knows only what the file has."""
        orders = Orders(self.file)
        self.addCleanup(orders.database.close)
        shop = Shop(self.payments, orders, {"fake": self.provider})
        return shop.pay(orders.place(order or self.order), BUYER)

    def test_an_order_is_charged_once_with_the_total_of_its_quote(self) -> None:
        first, second = self.pay(), self.pay()
        self.assertEqual(first, second)
        self.assertEqual(self.provider.charges, {"ORD-1-1": Decimal("20.47")})
        self.assertEqual(self.service.quotes, 1)

    def test_after_a_crash_before_or_after_the_charge_the_same_order_goes_on(self) -> None:
        for fault in ("lost request", "lost answer"):
            order = replace(self.order, reference=f"ORD {fault}")
            self.provider.faults = [fault]
            with self.assertRaises(Unknown):
                self.pay(order)
            self.assertEqual(self.pay(order).payment, f"payment-of-{order.charge_reference}")
        self.assertEqual(len(self.provider.charges), 2)
        self.assertEqual(self.service.quotes, 2)

    def test_a_declined_order_can_be_paid_by_a_new_charge_under_the_same_quote(self) -> None:
        self.provider.faults = ["declined"]
        with self.assertRaises(Declined):
            self.pay()
        self.assertEqual(self.pay().payment, "payment-of-ORD-1-2")
        self.assertEqual((len(self.provider.charges), self.service.quotes), (1, 1))

    def test_another_price_than_the_customer_agreed_to_is_not_charged(self) -> None:
        self.service.total = "21.00"
        with self.assertRaises(PriceChanged) as changed:
            self.pay()
        self.assertEqual(changed.exception.total, Decimal("21.00"))
        self.assertEqual((self.provider.charges, self.service.used), ({}, {}))

    def test_an_expired_quote_is_replaced_before_the_charge_but_never_after_it_began(self) -> None:
        self.service.lifetime = 1
        self.service.refusals = ["card_not_chargeable"]
        with self.assertRaises(Refused):
            self.pay()
        self.wait_until_expired()
        self.provider.faults = ["lost answer"]
        with self.assertRaises(Unknown):
            self.pay()
        self.assertEqual(self.service.quotes, 2)
        self.wait_until_expired()
        with self.assertRaises(Unknown):
            self.pay()
        self.assertEqual((len(self.provider.charges), self.service.quotes), (1, 2))

    def wait_until_expired(self) -> None:
        (quote,) = Orders(self.file).database.execute("SELECT quote FROM orders").fetchone()
        with self.assertRaises(InvalidQuote):
            while self.payments.verify(quote):
                time.sleep(0.05)

    def test_a_quote_that_the_service_refuses_is_replaced_once(self) -> None:
        for code in ("quote_used", "quote_refused"):
            order = replace(self.order, reference=f"ORD-{code}")
            self.service.refusals = [code]
            self.assertIsNotNone(self.pay(order).payment)
        self.service.refusals = ["quote_used", "quote_used"]
        with self.assertRaises(Refused):
            self.pay()
        self.assertEqual(len(self.provider.charges), 2)

    def test_another_order_cannot_use_the_reference(self) -> None:
        self.pay()
        with self.assertRaises(ValueError):
            self.pay(replace(self.order, saved_card=13))

    def test_only_a_quote_of_the_service_is_accepted(self) -> None:
        self.assertEqual(self.payments.verify(self.service.sign()).total_amount, Decimal("20.47"))
        head, body, signature = self.service.sign().split(".")
        other_body = self.service.sign(total_amount="0.01").split(".")[1]
        for name, text in {
            "tampered": f"{head}.{other_body}.{signature}",
            "unsigned": jwt.encode({"iss": ISSUER}, None, "none", headers={"kid": "1"}),
            "hmac": self.service.sign(key="k" * 32, algorithm="HS256"),
            "foreign key": self.service.sign(key=Ed25519PrivateKey.generate()),
            "unknown key": self.service.sign(kid="2"),
            "foreign issuer": self.service.sign(iss="https://else.example"),
            "expired": self.service.sign(exp=1),
            "other type": self.service.sign(typ="JWT"),
            "float": self.service.sign(total_amount=20.47),
            "no quote": "x",
        }.items():
            with self.subTest(name), self.assertRaises(InvalidQuote):
                self.payments.verify(text)


if __name__ == "__main__":
    unittest.main()
