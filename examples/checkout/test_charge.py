"""What a provider's answer means, and what is sent to it. Needs no service."""

from __future__ import annotations

import socket
import time
import unittest
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest import mock

import charge_craftgate
import charge_iyzico
import charge_stripe
from charge import Charge, Declined, Unknown
from orders import Order
from payments import Choice, Quote, Refused


class ChargeTest(unittest.TestCase):
    def test_only_a_definite_refusal_of_craftgate_is_a_decline(self) -> None:
        for code, group, kind in [
            ("10051", "NOT_SUFFICIENT_FUNDS", Declined),
            ("10220", "DECLINED", Declined),
            ("2008", None, Declined),
            ("10051", "REQUEST_TIMEOUT", Unknown),
            ("10100", "NO_RESPONSE", Unknown),
            ("10101", "COMMUNICATION_OR_SYSTEM_ERROR", Unknown),
            ("10000", "GENERAL_ERROR", Unknown),
            ("10999", None, Unknown),
            ("4000", None, Unknown),
        ]:
            with self.subTest(code=code, group=group):
                error = charge_craftgate.CraftgateException(code, "their words", group)
                self.assertIs(type(charge_craftgate.outcome(error)), kind)

    def test_only_a_definite_refusal_of_iyzico_is_a_decline(self) -> None:
        iyzico = charge_iyzico.Iyzico("", "", "")
        paid = {"status": "success", "paymentStatus": "SUCCESS", "fraudStatus": 1, "paymentId": "5"}
        for answer, charged, found in [
            (paid, "5", "5"),
            (paid | {"fraudStatus": -1}, Declined, None),
            (paid | {"fraudStatus": 0}, Unknown, Unknown),
            (paid | {"fraudStatus": None}, Unknown, Unknown),
            (paid | {"paymentStatus": "INIT_THREEDS"}, Unknown, Unknown),
            (paid | {"paymentStatus": "FAILURE"}, Unknown, None),
            ({"status": "success", "fraudStatus": 1, "paymentId": "5"}, Unknown, Unknown),
            ({"status": "failure", "errorCode": "10051"}, Declined, Unknown),
            ({"status": "failure", "errorCode": 10005}, Declined, Unknown),
            ({"status": "failure", "errorCode": "100001"}, Unknown, Unknown),
            ({"status": "failure", "errorCode": "10999"}, Unknown, Unknown),
            ({"status": "failure", "errorCode": charge_iyzico.NO_SUCH_PAYMENT}, Unknown, None),
            ({"status": "failure"}, Unknown, Unknown),
        ]:
            with self.subTest(answer=answer), mock.patch.object(iyzico, "_ask", lambda *_: answer):
                self.assertEqual(outcome(lambda: iyzico.charge({})), charged)
                self.assertEqual(outcome(lambda: iyzico.find("ORD-1-1", 0)), found)

    def test_stripe_takes_minor_units_of_the_currencies_in_the_table_only(self) -> None:
        for amount, currency, expected in [
            ("20.47", "TRY", 2047),
            ("100", "JPY", 100),
            ("5", "ISK", 500),
            ("5.120", "KWD", 5120),
            ("5.124", "KWD", Refused),
            ("20.475", "TRY", Refused),
            ("100.5", "JPY", Refused),
            ("1", "XXX", Refused),
            ("1", "try", Refused),
        ]:
            with self.subTest(amount=amount, currency=currency):
                units = outcome(lambda: charge_stripe.minor_units(Decimal(amount), currency))
                self.assertEqual(units, expected)

    def test_iyzico_is_not_asked_for_a_number_of_installments_that_it_does_not_take(self) -> None:
        quote = Quote("", "id", 0, Decimal(1), Decimal(1), "TRY", 4)
        iyzico = charge_iyzico.Iyzico("key", "secret", "127.0.0.1:1")
        with self.assertRaisesRegex(Refused, "installment_count_not_supported"):
            iyzico.request(Charge("ORD-1-1", quote, {}, {}))

    def test_every_provider_has_a_timeout(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as silent,
            mock.patch.object(charge_iyzico, "TIMEOUT", 0.1),
            mock.patch.object(charge_stripe, "TIMEOUT", 0.1),
        ):
            host = "127.0.0.1:%d" % silent.getsockname()[1]
            iyzico = charge_iyzico.Iyzico("key", "secret", host)
            stripe = charge_stripe.Stripe("secret", f"http://{host}")
            craftgate = charge_craftgate.Craftgate("key", "secret", f"http://{host}")
            craftgate.reports._http_client.timeout = 0.1  # instead of its own 150 seconds
            begun = time.monotonic()
            for gateway in (iyzico, stripe, craftgate):
                with self.subTest(type(gateway).__name__), self.assertRaises(Unknown):
                    gateway.find("ORD-1-1", 0)
            self.assertLess(time.monotonic() - begun, 60)

    def test_no_secret_is_shown(self) -> None:
        quote = Quote("SECRET", "id", 0, Decimal(1), Decimal(1), "TRY", 3)
        payment = Charge("ORD-1-1", quote, {"token": "SECRET"}, {"identityNumber": "SECRET"})
        order = Order("ORD-1", Choice(7, 1, 12, 3), Decimal(1), quote="SECRET")
        for shown in (repr(payment), repr(order)):
            self.assertNotIn("SECRET", shown)


def outcome(action: Callable[[], Any]) -> Any:
    """What it returns, or the type of what it raises."""
    try:
        return action()
    except (Declined, Refused, Unknown) as raised:
        return type(raised)
