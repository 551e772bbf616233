"""Charges a saved card at Stripe, with Stripe's own client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import stripe

from charge import Charge, Declined, Unknown

# The decimals of the currencies that do not have two: https://docs.stripe.com/currencies
NONE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
DECIMALS = dict.fromkeys(NONE, 0) | dict.fromkeys(["BHD", "JOD", "KWD", "OMR", "TND"], 3)
# Seconds around the charge in which Stripe may have made the payment: clocks differ, and requests take time.
WINDOW = 600


class Stripe:
    def __init__(self, secret_key: str, url: str) -> None:
        self.client = stripe.StripeClient(
            secret_key, base_addresses={"api": url}, max_network_retries=0
        )

    def charge(self, payment: Charge) -> str:
        options = {"idempotency_key": payment.reference}
        try:
            intent = self.client.v1.payment_intents.create(request(payment), options)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise Declined(str(error.code)) from error
        except stripe.StripeError as error:
            raise Unknown(type(error).__name__) from error
        if intent.status != "succeeded":
            raise Unknown(f"the payment is {intent.status}")
        return intent.id

    # [find]
    def find(self, reference: str, since: float) -> str | None:
        """The payment that an earlier request made. Stripe's search lags behind; its lists do not."""
        created = {"gte": int(since) - WINDOW, "lte": int(since) + WINDOW}
        try:
            listed = self.client.v1.payment_intents.list({"created": created, "limit": 100})
            found = [
                intent
                for intent in listed.auto_paging_iter()
                if intent.metadata.to_dict().get("order") == reference
            ]
        except stripe.StripeError as error:
            raise Unknown(type(error).__name__) from error
        for intent in found:
            if intent.status == "succeeded":
                return intent.id
            if intent.status not in {"requires_payment_method", "canceled"}:
                raise Unknown(f"the payment is {intent.status}")
        return None

    # [end]


# [charge]
def request(payment: Charge) -> dict[str, Any]:
    """`metadata` names the order: a payment whose answer was lost is found by it."""
    quote, card = payment.quote, payment.instrument["provider"]
    body: dict[str, Any] = {
        "amount": minor_units(quote.total_amount, quote.currency),
        "currency": quote.currency.lower(),
        "customer": card["customer"],
        "payment_method": card["payment_method"],
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "off_session": True,
        "metadata": {"order": payment.reference},
    }
    if quote.installment_count > 1:  # in the countries where Stripe offers installments
        plan = {"type": "fixed_count", "interval": "month", "count": quote.installment_count}
        body["payment_method_options"] = {"card": {"installments": {"plan": plan}}}
    return body


def minor_units(amount: Decimal, currency: str) -> int:
    """Stripe takes integers. An amount that is none would be rounded by someone else."""
    scaled = amount.scaleb(DECIMALS.get(currency, 2))
    if scaled != scaled.to_integral_value():
        raise ValueError("the amount has more decimals than its currency")
    return int(scaled)


# [end]
