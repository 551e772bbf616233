"""Charges a saved card at iyzico, with iyzico's own client."""

from __future__ import annotations

import json
from functools import partial
from http.client import HTTPException, HTTPSConnection
from types import SimpleNamespace
from typing import Any

import iyzipay

from charge import TIMEOUT, Charge, Declined, Unknown
from payments import Refused

CURRENCIES = {"TRY", "EUR", "USD", "GBP", "CHF", "NOK", "RUB", "IRR"}  # those of iyzico's clients
INSTALLMENTS = {1, 2, 3, 6, 9, 12}
# Definite refusals: by the bank (10…), of the card's data, of a card that is not known (3…), by the fraud filter (6…).
# Any other code, such as a system error, leaves the outcome open.
REFUSALS = set(
    "10005 10012 10034 10041 10043 10051 10054 10057 10058 10084 10093"
    " 12 13 14 15 16 17 19 3005 3006 6000 6001".split()
)
# Not documented: look up a payment that does not exist in your account, and correct this if iyzico answers another
# code. With a wrong code an order stays in doubt; it is never charged twice.
NO_SUCH_PAYMENT = "5115"


class Iyzico:
    def __init__(self, api_key: str, secret_key: str, host: str) -> None:
        self.options = {"api_key": api_key, "secret_key": secret_key, "base_url": host}

    # [charge]
    def request(self, payment: Charge) -> dict[str, Any]:
        """The price before interest is that of the goods; the paid price is what the customer pays."""
        quote, buyer = payment.quote, payment.buyer
        if quote.currency not in CURRENCIES:
            raise Refused(409, "currency_not_supported", {})
        if quote.installment_count not in INSTALLMENTS:
            raise Refused(409, "installment_count_not_supported", {})
        address = {key: buyer[key] for key in ("city", "country")}
        address["contactName"] = f"{buyer['name']} {buyer['surname']}"
        address["address"] = buyer["registrationAddress"]
        item = {"id": payment.reference, "name": "Order", "category1": "Order", "itemType": "PHYSICAL"}
        return {
            "locale": "tr",
            "conversationId": payment.reference,
            "price": str(quote.amount),
            "paidPrice": str(quote.total_amount),
            "currency": quote.currency,
            "installment": quote.installment_count,
            "basketId": payment.reference,
            "paymentChannel": "WEB",
            "paymentGroup": "PRODUCT",
            "paymentCard": payment.instrument["provider"],  # cardUserKey and cardToken
            "buyer": buyer,
            "shippingAddress": address,
            "billingAddress": address,
            "basketItems": [item | {"price": str(quote.amount)}],  # the items' prices sum to the price
        }

    # [end]

    def charge(self, request: dict[str, Any]) -> str:
        answer = self._ask("create", request)
        code = str(answer.get("errorCode"))
        if answer["status"] == "failure":
            raise Declined(code) if code in REFUSALS else Unknown("no answer of the bank")
        payment = accepted(answer)
        if payment is None:
            raise Declined("fraud")
        return payment

    # [find]
    def find(self, reference: str, since: float) -> str | None:
        """The payment that an earlier request made. iyzico has no idempotency keys for payments."""
        asked = {"locale": "tr", "conversationId": reference, "paymentConversationId": reference}
        answer = self._ask("retrieve", asked)
        if answer["status"] == "failure":
            if str(answer.get("errorCode")) == NO_SUCH_PAYMENT:
                return None
            raise Unknown("iyzico does not say")
        return None if answer.get("paymentStatus") == "FAILURE" else accepted(answer)

    # [end]

    def _ask(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer, if it says whether the action was done."""
        payments = iyzipay.Payment()
        # The client opens its connections without a timeout.
        payments.httplib = SimpleNamespace(HTTPSConnection=partial(HTTPSConnection, timeout=TIMEOUT))
        try:
            response = getattr(payments, action)(body, self.options)
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise Unknown(type(error).__name__) from error
        is_clear = isinstance(answer, dict) and answer.get("status") in {"success", "failure"}
        if response.status >= 500 or not is_clear:
            raise Unknown(f"HTTP {response.status}")
        return answer


# [accepted]
def accepted(answer: dict[str, Any]) -> str | None:
    """The id of a payment that succeeded. `fraudStatus` is 1, or -1 (iyzico cancelled the payment: None), or 0 while
    iyzico reviews it: deliver nothing yet."""
    is_paid = answer.get("paymentStatus") == "SUCCESS" and "paymentId" in answer
    if not is_paid or answer.get("fraudStatus") not in {1, -1}:
        raise Unknown("the payment is not complete")
    return str(answer["paymentId"]) if answer["fraudStatus"] == 1 else None


# [end]
