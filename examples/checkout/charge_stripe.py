"""Charges a saved card at Stripe, with Stripe's own client."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import stripe

from charge import TIMEOUT, Charge, Declined, Unknown
from payments import Refused

# The digits after the point of Stripe's amounts: https://docs.stripe.com/currencies. A currency that is not here is
# refused; add yours. Stripe's amounts in ISK and UGX have two, although these currencies have none.
DIGITS = (
    dict.fromkeys("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("AED AUD AZN BRL CAD CHF CNY CZK DKK EGP EUR GBP GEL HKD HUF ILS INR ISK KZT MXN NOK NZD".split(), 2)
    | dict.fromkeys("PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH UGX USD UZS ZAR".split(), 2)
    | dict.fromkeys("BHD JOD KWD OMR TND".split(), 3)
)
# Seconds around the charge in which Stripe may have made the payment: clocks differ, and requests take time.
WINDOW = 600


class Stripe:
    def __init__(self, secret_key: str, url: str) -> None:
        self.client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": url},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
        )

    # [charge]
    def request(self, payment: Charge) -> dict[str, Any]:
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

    # [end]

    def charge(self, request: dict[str, Any]) -> str:
        options = {"idempotency_key": request["metadata"]["order"]}
        try:
            intent = self.client.v1.payment_intents.create(request, options)
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


# [minor units]
def minor_units(amount: Decimal, currency: str) -> int:
    """Stripe takes integers. Rejects an amount with more decimals than its currency."""
    if currency not in DIGITS:
        raise Refused(409, "currency_not_supported", {})
    scaled = amount.scaleb(DIGITS[currency])
    # Of three digits, Stripe takes a zero as the last.
    if scaled % (10 if DIGITS[currency] == 3 else 1) != 0:
        raise Refused(409, "amount_not_supported", {})
    return int(scaled)


# [end]
