"""What becomes of an order when prices change, quotes expire, answers are lost and processes die.

The service, the saved card and the provider are those of the environment; the project's tests run this against the
service and each provider's fake. `TEST_CARDS` has the instruments of cards that the fake declines, reviews, or charges
without a clear answer. At the end it prints every paid order, which they compare with the fake's ledger.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
import unittest
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any
from unittest import mock

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from charge import Charge, Declined, Unknown
from checkout import BUYER, PriceChanged, Shop, gateways, place_and_pay, service
from orders import Order, Orders
from payments import Choice, InvalidQuote, Refused
from test_charge import ChargeTest  # run as well

SETTINGS = dict(os.environ)
PAYMENTS = service(SETTINGS)
((NAME, GATEWAY),) = gateways(SETTINGS).items()
SHOP_TOKEN = SETTINGS["TEST_SHOP_TOKEN"]  # the order system's own token must not change baskets
CHOICE = Choice(customer=7, basket=1, saved_card=int(SETTINGS["TEST_SAVED_CARD"]), installment_count=3)
TOTAL = Decimal("1364.90")
CARDS = json.loads(SETTINGS["TEST_CARDS"])
KEY = Ed25519PrivateKey.from_private_bytes(base64.b64decode(SETTINGS["TEST_QUOTE_SEED"]))
FILE = "test_orders.db"
NUMBERS = count(1)


class Faulty:
    """The provider, with a fault of the next charge, or with another card."""

    def __init__(self, fault: str | None) -> None:
        self.fault = fault
        self.looked_up = 0

    def request(self, payment: Charge) -> Any:
        card = CARDS.get(self.fault, payment.instrument["provider"])
        return GATEWAY.request(replace(payment, instrument={"provider": card}))

    def charge(self, request: Any) -> str:
        if self.fault == "lost request":
            raise Unknown(self.fault)
        paid = GATEWAY.charge(request)
        if self.fault == "lost answer":
            raise Unknown(self.fault)
        if self.fault == "crash":
            os._exit(0)
        return paid

    def find(self, reference: str, since: float) -> str | None:
        self.looked_up += 1
        return GATEWAY.find(reference, since)


@contextmanager
def shop(fault: str | None = None, settle_seconds: float = 0) -> Iterator[Shop]:
    """As in a new process: it knows only what the file has."""
    orders = Orders(FILE)
    with closing(orders.database):
        yield Shop(PAYMENTS, orders, {NAME: Faulty(fault)}, settle_seconds)


def pay(order: Order, fault: str | None = None, settle_seconds: float = 0) -> Order:
    with shop(fault, settle_seconds) as one:
        return one.pay(one.orders.place(order), BUYER)


def stored(order: Order) -> Order:
    orders = Orders(FILE)
    with closing(orders.database):
        return orders.place(order)


def store(order: Order, **changes: Any) -> None:
    orders = Orders(FILE)
    with closing(orders.database):
        orders._set(orders.place(order), **changes)


def resigned(quote: str, key: Any = KEY, algorithm: str = "EdDSA", **changes: Any) -> str:
    """A quote of the service with other claims, signed with the service's key unless another is given."""
    header = jwt.get_unverified_header(quote)
    headers = {name: changes.pop(name, header[name]) for name in ("kid", "typ")}
    claims = jwt.decode(quote, options={"verify_signature": False})
    return jwt.encode(claims | changes, key, algorithm, headers=headers)


def expire(order: Order) -> None:
    store(order, quote=resigned(stored(order).quote, exp=int(time.time())))


def put_basket(total: str) -> None:
    basket = {"customer": 7, "currency": "TRY", "total": total}
    basket["items"] = [{"product": 1, "quantity": 2, "price": "649.95"}]
    url = f"{PAYMENTS.manage_url}/manage/v1/baskets/1/"
    authorization = {"Authorization": f"Bearer {SHOP_TOKEN}"}
    requests.put(url, json=basket, headers=authorization, timeout=20).raise_for_status()


class CheckoutTest(unittest.TestCase):
    def setUp(self) -> None:
        put_basket("1299.90")
        self.order = Order(f"ORD-{next(NUMBERS)}", CHOICE, TOTAL)

    def test_a_paid_order_is_not_charged_again(self) -> None:
        self.assertEqual(pay(self.order), pay(self.order))

    def test_a_payment_whose_answer_was_lost_is_found(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost answer")
        paid = pay(self.order, settle_seconds=300)
        self.assertIsNotNone(paid.payment)
        self.assertEqual(paid.attempt, 1)

    def test_a_payment_is_found_after_its_quote_expired_and_its_price_changed(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost answer")
        expire(self.order)
        put_basket("1500.00")
        paid = pay(self.order, settle_seconds=300)
        self.assertEqual((paid.attempt, paid.agreed_total), (1, TOTAL))

    def test_a_payment_is_found_after_a_crash_before_its_answer_was_stored(self) -> None:
        child = os.fork()
        if child == 0:
            try:
                pay(self.order, "crash")
            finally:
                os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertIsNotNone(stored(self.order).charging_since)
        self.assertEqual(pay(self.order).attempt, 1)

    def test_a_lost_request_is_in_doubt_until_it_cannot_arrive_any_more(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost request")
        with self.assertRaises(Unknown):
            pay(self.order, settle_seconds=300)
        self.assertEqual(stored(self.order).attempt, 1)
        self.assertEqual(pay(self.order).attempt, 2)

    def test_an_order_whose_request_was_lost_has_another_price_after_its_quote_expired(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost request")
        expire(self.order)
        put_basket("1500.00")
        with self.assertRaises(PriceChanged) as changed:
            pay(self.order)
        self.assertEqual(changed.exception.total, Decimal("1575.00"))
        self.assertIsNone(stored(self.order).charging_since)

    def test_a_declined_order_can_be_paid_by_a_new_charge_under_the_same_quote(self) -> None:
        with self.assertRaises(Declined):
            pay(self.order, "declined")
        quote = stored(self.order).quote
        paid = pay(self.order)
        self.assertEqual((paid.attempt, paid.quote), (2, quote))

    def test_another_price_than_the_customer_agreed_to_is_not_charged(self) -> None:
        put_basket("1500.00")
        with self.assertRaises(PriceChanged):
            pay(self.order)
        self.assertIsNone(stored(self.order).quote)

    def test_a_quote_is_not_used_for_another_price_that_the_customer_agreed_to_later(self) -> None:
        with self.assertRaises(Declined):
            pay(self.order, "declined")
        store(self.order, agreed_total=Decimal("1000.00"))
        with self.assertRaises(PriceChanged):
            pay(self.order)

    def test_an_expired_quote_is_replaced(self) -> None:
        with self.assertRaises(Declined):
            pay(self.order, "declined")
        expire(self.order)
        expired = stored(self.order).quote
        self.assertNotEqual(pay(self.order).quote, expired)

    def test_the_quote_of_another_order_is_replaced(self) -> None:
        quote = pay(self.order).quote
        other = replace(self.order, reference=f"{self.order.reference}-2")
        store(other, quote=quote)
        self.assertNotEqual(pay(other).quote, quote)

    def test_a_card_that_needs_its_security_code_is_not_charged(self) -> None:
        real = PAYMENTS.instrument
        PAYMENTS.instrument = lambda *asked: real(*asked) | {"requires_cvv": True}
        self.addCleanup(delattr, PAYMENTS, "instrument")
        with self.assertRaises(Refused) as refused:
            pay(self.order)
        self.assertEqual(refused.exception.code, "cvv_required")
        self.assertIsNone(stored(self.order).charging_since)

    def test_a_payment_that_cannot_be_requested_leaves_no_doubt(self) -> None:
        real = PAYMENTS.quote
        self.addCleanup(delattr, PAYMENTS, "quote")
        PAYMENTS.quote = lambda choice: replace(real(choice), currency="XXX")
        with self.assertRaisesRegex(Refused, "currency_not_supported"):
            pay(self.order)
        self.assertIsNone(stored(self.order).charging_since)

    def test_a_gateway_that_is_not_configured_leaves_no_doubt(self) -> None:
        with shop() as one, self.assertRaisesRegex(Refused, "gateway_not_configured"):
            one.gateways.clear()
            one.pay(one.orders.place(self.order), BUYER)
        self.assertIsNone(stored(self.order).charging_since)

    def test_an_order_in_doubt_stays_so_without_its_gateway(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost answer")
        with shop() as one, self.assertRaises(Unknown):
            one.gateways.clear()
            one.pay(one.orders.place(self.order), BUYER)
        self.assertEqual(pay(self.order).attempt, 1)

    def test_retries_look_the_payment_up_and_do_not_postpone_the_end_of_the_doubt(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost request")
        since = stored(self.order).charging_since
        for _ in range(3):
            with shop(settle_seconds=300) as one, self.assertRaises(Unknown):
                one.pay(one.orders.place(self.order), BUYER)
            self.assertEqual(one.gateways[NAME].looked_up, 1)
            self.assertEqual(stored(self.order).charging_since, since)

    def test_a_payment_with_an_error_that_leaves_it_open_is_found(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "unclear")
        self.assertEqual(pay(self.order, settle_seconds=300).attempt, 1)

    def test_a_payment_under_review_is_neither_paid_nor_charged_again(self) -> None:
        for _ in range(2):
            with self.assertRaises(Unknown):
                pay(self.order, "reviewed")
            order = stored(self.order)
            self.assertEqual((order.payment, order.attempt), (None, 1))

    def test_what_is_printed_is_what_was_charged(self) -> None:
        with self.assertRaises(Unknown):
            pay(self.order, "lost answer")
        asked = argparse.Namespace(
            customer=7, basket=1, saved_card=CHOICE.saved_card, installments=3, order=self.order.reference
        )
        asked.total = Decimal("1.00")
        with shop(settle_seconds=300) as one:
            printed = place_and_pay(one, asked)
        self.assertEqual((printed["status"], printed["total"]), ("paid", str(TOTAL)))

    def test_another_order_cannot_use_the_reference(self) -> None:
        pay(self.order)
        with self.assertRaises(ValueError):
            pay(replace(self.order, choice=replace(CHOICE, installment_count=1)))

    def test_only_eddsa_is_accepted_even_with_a_key_that_does_not_say_its_algorithm(self) -> None:
        quote = PAYMENTS.quote(CHOICE).text
        public_key = KEY.public_key().public_bytes_raw()
        with mock.patch.object(PAYMENTS.keys, "get_signing_key_from_jwt", lambda _: public_key):
            for text in (resigned(quote, public_key, "HS256"), resigned(quote, None, "none")):
                with self.assertRaisesRegex(InvalidQuote, "InvalidAlgorithmError"):
                    PAYMENTS.verify(text, CHOICE)

    def test_only_a_quote_of_the_service_for_this_choice_is_accepted(self) -> None:
        quote = PAYMENTS.quote(CHOICE).text
        self.assertEqual(PAYMENTS.verify(resigned(quote), CHOICE).total_amount, TOTAL)
        head, _, signature = quote.split(".")
        other_body = resigned(quote, total_amount="0.01").split(".")[1]
        saved_card = {"card": None, "saved_card": CHOICE.saved_card + 1}
        public_key = KEY.public_key().public_bytes_raw()
        for name, (text, reason) in {
            "tampered": (f"{head}.{other_body}.{signature}", "InvalidSignatureError"),
            "unsigned": (resigned(quote, None, "none"), "InvalidAlgorithmError"),
            "hmac": (resigned(quote, public_key, "HS256"), "InvalidAlgorithmError"),
            "foreign key": (resigned(quote, Ed25519PrivateKey.generate()), "InvalidSignatureError"),
            "unknown key": (resigned(quote, kid="unknown"), "PyJWKClientError"),
            "foreign issuer": (resigned(quote, iss="https://else.example"), "InvalidIssuerError"),
            "expired": (resigned(quote, exp=int(time.time())), "ExpiredSignatureError"),
            "other type": (resigned(quote, typ="JWT"), "this is no quote"),
            "float": (resigned(quote, total_amount=1364.90), "a claim is missing"),
            "other context": (resigned(quote, context="pre-order"), "something else"),
            "other basket": (resigned(quote, pk=2), "something else"),
            "other customer": (resigned(quote, sub="8"), "something else"),
            "no customer": (resigned(quote, sub=None), ""),
            "other saved card": (resigned(quote, choice=saved_card), "something else"),
            "no saved card": (resigned(quote, choice={"card": 1, "saved_card": None}), "something else"),
            "other plan": (resigned(quote, installment_count=2), "something else"),
            "no quote": ("x", "DecodeError"),
        }.items():
            with self.subTest(name), self.assertRaisesRegex(InvalidQuote, reason):
                PAYMENTS.verify(text, CHOICE)


def paid_orders() -> list[tuple[str, int, str]]:
    database = Orders(FILE).database
    rows = database.execute(
        "SELECT reference, attempt, agreed_total, payment FROM orders WHERE payment IS NOT NULL"
    )
    return sorted((f"{row[0]}-{row[1]}", int(Decimal(row[2]) * 100), row[3]) for row in rows)


if __name__ == "__main__":
    is_passed = unittest.main(exit=False).result.wasSuccessful()
    print(json.dumps(paid_orders()))
    sys.exit(0 if is_passed else 1)
