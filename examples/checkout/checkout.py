"""Pays orders with saved cards: plans, quote, instrument, charge.

    python checkout.py plans --session SESSION --saved-card 12
    python checkout.py pay --order ORD-10023 --session SESSION --saved-card 12 --installments 3 --total 20.47

Both print JSON. Running `pay` again with the same order is always safe: it is charged once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from decimal import Decimal

import charge_craftgate
import charge_iyzico
import charge_stripe
from charge import Buyer, Charge, Charger, Declined, Unknown
from orders import Order, Orders
from payments import InvalidQuote, Payments, Quote, Refused, Unavailable


class PriceChanged(Exception):
    """The plan has another total than the customer agreed to: show it and ask."""

    def __init__(self, total: Decimal) -> None:
        super().__init__(str(total))
        self.total = total


class Shop:
    def __init__(self, payments: Payments, orders: Orders, chargers: dict[str, Charger]) -> None:
        self.payments = payments
        self.orders = orders
        self.chargers = chargers

    # [pay]
    def pay(self, order: Order, buyer: Buyer) -> Order:
        """Pays an order once, whatever happened to earlier calls for it."""
        if order.payment is not None:
            return order
        order, quote, instrument = self.authorize(order)
        since = order.charging_since
        order = self.orders.begin_charge(order)  # committed: from here on it may be paid
        charge = Charge(order.charge_reference, quote, instrument, buyer, since)
        try:
            payment = self.chargers[instrument["gateway"]](charge)
        except Declined:
            self.orders.was_declined(order)  # a certain refusal: the next attempt is a new charge
            raise
        return self.orders.was_paid(order, payment)

    def authorize(self, order: Order) -> tuple[Order, Quote, dict]:
        """The order with its quote, and what its card is charged with."""
        order, quote = self.quote(order)
        try:
            return order, quote, self.payments.instrument(order.saved_card, order.reference, quote)
        except Refused as refused:
            if refused.code not in {"quote_refused", "quote_used"}:
                raise
        order, quote = self.quote(self.drop_quote(order))
        return order, quote, self.payments.instrument(order.saved_card, order.reference, quote)

    # [end]

    def quote(self, order: Order) -> tuple[Order, Quote]:
        """The order's own quote while it is valid; else a new one, for the price the customer agreed to."""
        if order.quote is not None:
            try:
                return order, self.payments.verify(order.quote)
            except InvalidQuote:  # it has expired
                order = self.drop_quote(order)
        quote = self.payments.quote(order.session, order.saved_card, order.installment_count)
        if quote.total_amount != order.agreed_total:
            raise PriceChanged(quote.total_amount)
        # Committed before it is used: after a crash the same order must ask with the same quote.
        return self.orders.keep_quote(order, quote.text), quote

    def drop_quote(self, order: Order) -> Order:
        """A new quote may have another price, so never while the old one may have been charged."""
        if order.charging_since is not None:
            raise Unknown("look at the provider for a payment with this reference")
        return self.orders.keep_quote(order, None)


def chargers(settings: dict[str, str]) -> dict[str, Charger]:
    """The providers whose keys are set."""
    made: dict[str, Charger] = {}
    if "IYZICO_API_KEY" in settings:
        made["iyzico"] = charge_iyzico.charger(
            settings["IYZICO_API_KEY"],
            settings["IYZICO_SECRET_KEY"],
            settings.get("IYZICO_HOST", "api.iyzipay.com"),
            float(settings.get("IYZICO_SETTLE_SECONDS", "60")),
        )
    if "CRAFTGATE_API_KEY" in settings:
        made["craftgate"] = charge_craftgate.charger(
            settings["CRAFTGATE_API_KEY"],
            settings["CRAFTGATE_SECRET_KEY"],
            settings.get("CRAFTGATE_URL", "https://api.craftgate.io"),
        )
    if "STRIPE_SECRET_KEY" in settings:
        made["stripe"] = charge_stripe.charger(
            settings["STRIPE_SECRET_KEY"], settings.get("STRIPE_URL", "https://api.stripe.com")
        )
    return made


# A real shop takes these from the customer's profile.
BUYER = Buyer(
    id="7",
    name="Ayşe",
    surname="Yılmaz",
    email="ayse@example.com",
    identity_number="11111111111",
    address="Bağdat Caddesi 1",
    city="İstanbul",
    country="Türkiye",
    ip="192.0.2.1",
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    plans, pay = commands.add_parser("plans"), commands.add_parser("pay")
    for command in (plans, pay):
        command.add_argument("--session", required=True)
        command.add_argument("--saved-card", type=int, required=True)
    pay.add_argument("--order", required=True)
    pay.add_argument("--installments", type=int, required=True)
    pay.add_argument("--total", type=Decimal, required=True, help="what the customer agreed to pay")
    return parser.parse_args()


def place_and_pay(shop: Shop, given: argparse.Namespace) -> dict:
    """What became of the order."""
    asked = Order(given.order, given.session, given.saved_card, given.installments, given.total)
    with shop.orders.one_at_a_time():
        order = shop.orders.place(asked)
        if order.charging_since is None and order.payment is None:
            order = shop.orders.agree(order, given.total)
        try:
            order = shop.pay(order, BUYER)
        except PriceChanged as changed:
            return {"status": "price_changed", "total": str(changed.total)}
        except Declined as declined:
            return {"status": "declined", "reason": declined.code}
        except Refused as refused:
            return {"status": "refused", "reason": refused.code, "details": refused.reasons}
        except InvalidQuote:
            return {"status": "refused", "reason": "invalid_quote"}
        except Unknown:
            return {"status": "in_doubt", "reference": order.charge_reference}
        except Unavailable:
            return {"status": "try_again"}
    return {"status": "paid", "total": str(order.agreed_total), "payment": order.payment}


def main() -> int:
    given = arguments()
    settings = dict(os.environ)
    payments = Payments(
        settings["PAYMENTS_URL"],
        settings["PAYMENTS_TOKEN"],
        settings["PAYMENTS_ISSUER"],
        settings.get("PAYMENTS_MANAGE_URL"),
    )
    if given.command == "plans":
        print(json.dumps(payments.plans(given.session, given.saved_card), default=str))
        return 0
    shop = Shop(payments, Orders(settings.get("ORDERS_FILE", "orders.db")), chargers(settings))
    outcome = place_and_pay(shop, given)
    print(json.dumps(outcome, default=str))
    return 0 if outcome["status"] == "paid" else 1


if __name__ == "__main__":
    sys.exit(main())
