"""Pays orders with saved cards: plans, quote, instrument, charge.

    python checkout.py plans --saved-card 12
    python checkout.py pay --order ORD-10023 --customer 7 --basket 1 --saved-card 12 --installments 3 --total 20.47

Both print JSON. Running `pay` again with the same order is always safe: it is charged once. Tokens, keys and the
customer's session are in the environment: other users of the machine can read a command line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass
from decimal import Decimal

from charge import Charge, Declined, Gateway, Unknown
from charge_craftgate import Craftgate
from charge_iyzico import Iyzico
from charge_stripe import Stripe
from orders import Order, Orders
from payments import Choice, InvalidQuote, Payments, Quote, Refused, Unavailable


class PriceChanged(Exception):
    """The plan has another total than the customer agreed to: show it and ask."""

    def __init__(self, total: Decimal) -> None:
        super().__init__(str(total))
        self.total = total


@dataclass(frozen=True)
class Shop:
    payments: Payments
    orders: Orders
    gateways: dict[str, Gateway]
    settle_seconds: float = 300  # how long a provider may work on a request whose answer was lost

    # [pay]
    def pay(self, order: Order, buyer: dict[str, str]) -> Order:
        """Pays an order once, whatever happened to earlier calls for it."""
        order = self.settle(order)
        if order.payment is not None:
            return order
        order, quote, instrument = self.authorize(order)
        gateway = self.gateways.get(instrument["gateway"])
        if gateway is None:
            raise Refused(409, "gateway_not_configured", {})
        request = gateway.request(Charge(order.charge_reference, quote, instrument, buyer))
        # Committed: from here on the order may be paid. Whatever can be refused without sending was refused above.
        order = self.orders.begin_charge(order, instrument["gateway"])
        try:
            payment = gateway.charge(request)
        except Declined:
            self.orders.was_not_paid(order)
            raise
        return self.orders.was_paid(order, payment)

    def settle(self, order: Order) -> Order:
        """Asks the provider what became of a charge whose answer was lost. Needs neither a quote nor the card."""
        if order.charging_since is None:
            return order
        gateway = self.gateways.get(order.gateway)
        if gateway is None:
            raise Unknown("the gateway is not configured any more")
        is_over = time.time() - order.charging_since >= self.settle_seconds
        payment = gateway.find(order.charge_reference, order.charging_since)
        if payment is not None:
            return self.orders.was_paid(order, payment)
        if not is_over:
            raise Unknown("the provider may still be at work")
        return self.orders.was_not_paid(order)

    # [end]

    def authorize(self, order: Order) -> tuple[Order, Quote, dict]:
        """The order with its quote, and what its card is charged with."""
        order, quote = self.quote(order)
        try:
            instrument = self.instrument(order, quote)
        except Refused as refused:
            if refused.code not in {"quote_refused", "quote_used"}:
                raise
            order, quote = self.quote(self.orders.keep_quote(order, None))
            instrument = self.instrument(order, quote)
        if instrument["requires_cvv"]:
            raise Refused(409, "cvv_required", {})  # a shop with such an agreement asks for it now
        return order, quote, instrument

    def instrument(self, order: Order, quote: Quote) -> dict:
        return self.payments.instrument(order.choice.saved_card, order.reference, quote)

    def quote(self, order: Order) -> tuple[Order, Quote]:
        """The order's own quote while it is valid, else a new one; only for the price the customer agreed to."""
        if order.quote is not None:
            try:
                quote = self.payments.verify(order.quote, order.choice)
                if quote.total_amount == order.agreed_total:
                    return order, quote
            except InvalidQuote:
                pass  # it has expired
        quote = self.payments.quote(order.choice)
        if quote.total_amount != order.agreed_total:
            raise PriceChanged(quote.total_amount)
        # Committed before it is used: after a crash the same order must ask with the same quote.
        return self.orders.keep_quote(order, quote.text), quote


def gateways(settings: dict[str, str]) -> dict[str, Gateway]:
    """The providers whose keys are set."""
    made: dict[str, Gateway] = {}
    if "IYZICO_API_KEY" in settings:
        host = settings.get("IYZICO_HOST", "api.iyzipay.com")
        made["iyzico"] = Iyzico(settings["IYZICO_API_KEY"], settings["IYZICO_SECRET_KEY"], host)
    if "CRAFTGATE_API_KEY" in settings:
        url = settings.get("CRAFTGATE_URL", "https://api.craftgate.io")
        made["craftgate"] = Craftgate(settings["CRAFTGATE_API_KEY"], settings["CRAFTGATE_SECRET_KEY"], url)
    if "STRIPE_SECRET_KEY" in settings:
        url = settings.get("STRIPE_URL", "https://api.stripe.com")
        made["stripe"] = Stripe(settings["STRIPE_SECRET_KEY"], url)
    return made


# A real shop takes these from the customer's profile.
BUYER = {
    "id": "7",
    "name": "Ayşe",
    "surname": "Yılmaz",
    "email": "ayse@example.com",
    "identityNumber": "11111111111",
    "registrationAddress": "Bağdat Caddesi 1",
    "city": "İstanbul",
    "country": "Türkiye",
    "ip": "192.0.2.1",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    plans, pay = commands.add_parser("plans"), commands.add_parser("pay")
    for command in (plans, pay):
        command.add_argument("--saved-card", type=int, required=True)
    pay.add_argument("--order", required=True)
    for name in ("--customer", "--basket", "--installments"):
        pay.add_argument(name, type=int, required=True)
    pay.add_argument("--total", type=Decimal, required=True, help="what the customer agreed to pay")
    return parser.parse_args()


def place_and_pay(shop: Shop, given: argparse.Namespace) -> dict:
    """What became of the order."""
    choice = Choice(given.customer, given.basket, given.saved_card, given.installments)
    with shop.orders.one_at_a_time():
        order = shop.orders.place(Order(given.order, choice, given.total))
        try:
            order = shop.settle(order)
            if order.payment is None:
                order = shop.pay(shop.orders.agree(order, given.total), BUYER)
        except PriceChanged as changed:
            return {"status": "price_changed", "total": str(changed.total)}
        except Declined as declined:
            return {"status": "declined", "reason": str(declined)}
        except Refused as refused:
            return {"status": "refused", "reason": refused.code, "details": refused.reasons}
        except InvalidQuote:
            return {"status": "refused", "reason": "invalid_quote"}
        except Unknown:
            return {"status": "in_doubt", "reference": order.charge_reference}
        except Unavailable:
            return {"status": "try_again"}
    return {"status": "paid", "total": str(order.agreed_total), "payment": order.payment}


def service(settings: dict[str, str]) -> Payments:
    return Payments(
        settings["PAYMENTS_URL"],
        settings["PAYMENTS_TOKEN"],
        settings["PAYMENTS_ISSUER"],
        settings.get("PAYMENTS_MANAGE_URL"),
    )


def main() -> int:
    given = arguments()
    settings = dict(os.environ)
    payments = service(settings)
    if given.command == "plans":
        print(json.dumps(payments.plans(settings["PAYMENTS_SESSION"], given.saved_card)))
        return 0
    orders = Orders(settings.get("ORDERS_FILE", "orders.db"))
    settle_seconds = float(settings.get("SETTLE_SECONDS", "300"))
    outcome = place_and_pay(Shop(payments, orders, gateways(settings), settle_seconds), given)
    print(json.dumps(outcome))
    return 0 if outcome["status"] == "paid" else 1


if __name__ == "__main__":
    sys.exit(main())
