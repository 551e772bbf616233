"""Charges a saved card at Stripe, with Stripe's own client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import stripe

from charge import Charge, Charger, Declined, Unknown

# The decimals of the currencies that do not have two: https://docs.stripe.com/currencies
DECIMALS = {"JPY": 0, "KRW": 0, "BHD": 3, "KWD": 3}


def charger(secret_key: str, url: str) -> Charger:
    client = stripe.StripeClient(secret_key, base_addresses={"api": url}, max_network_retries=0)

    def charge(payment: Charge) -> str:
        options = {"idempotency_key": payment.reference}
        try:
            intent = client.v1.payment_intents.create(request(payment), options)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise Declined(str(error.code)) from error
        except stripe.StripeError as error:
            raise Unknown(type(error).__name__) from error
        if intent.status != "succeeded":
            raise Unknown(f"the payment is {intent.status}")
        return intent.id

    return charge


# [charge]
def request(payment: Charge) -> dict[str, Any]:
    """A repeated request with the same idempotency key gets the first one's answer, for 24 hours."""
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
