"""Charges a saved card at iyzico, with iyzico's own client."""

from __future__ import annotations

import json
import socket
from http.client import HTTPException
from typing import Any

import iyzipay

from charge import Charge, Declined, Unknown

TIMEOUT = 150  # seconds; iyzico's client has no timeout
# The outcome is open: a system error, too many requests, and what is wrong with the account.
UNDECIDED = {"1", "2", "50000", "1000", "1001"}
# Not documented: look up a payment that does not exist in your account, and correct this if iyzico answers another
# code. With a wrong code an order stays in doubt; it is never charged twice.
NO_SUCH_PAYMENT = "5115"


class Iyzico:
    def __init__(self, api_key: str, secret_key: str, host: str) -> None:
        self.options = {"api_key": api_key, "secret_key": secret_key, "base_url": host}
        socket.setdefaulttimeout(TIMEOUT)

    def charge(self, payment: Charge) -> str:
        answer = self._ask(iyzipay.Payment().create, request(payment))
        if answer["status"] == "failure":
            raise Declined(str(answer.get("errorCode")))
        if not is_accepted(answer):
            raise Declined("fraud")
        return answer["paymentId"]

    # [find]
    def find(self, reference: str, since: float) -> str | None:
        """The payment that an earlier request made. iyzico has no idempotency keys for payments."""
        asked = {"locale": "tr", "conversationId": reference, "paymentConversationId": reference}
        answer = self._ask(iyzipay.Payment().retrieve, asked)
        if answer["status"] == "failure":
            if str(answer.get("errorCode")) == NO_SUCH_PAYMENT:
                return None
            raise Unknown("iyzico does not say")
        if answer.get("paymentStatus") == "FAILURE":
            return None
        if answer.get("paymentStatus") != "SUCCESS":
            raise Unknown("the payment is not complete")
        return answer["paymentId"] if is_accepted(answer) else None

    # [end]

    def _ask(self, send: Any, body: dict[str, Any]) -> dict[str, Any]:
        """The answer, if it says whether there is a payment."""
        try:
            response = send(body, self.options)
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise Unknown(type(error).__name__) from error
        is_clear = isinstance(answer, dict) and answer.get("status") in {"success", "failure"}
        if response.status >= 500 or not is_clear or str(answer.get("errorCode")) in UNDECIDED:
            raise Unknown(f"HTTP {response.status}")
        return answer


def is_accepted(answer: dict[str, Any]) -> bool:
    """`fraudStatus` is 1, -1 (iyzico cancelled the payment), or 0 while iyzico reviews it: deliver nothing yet."""
    if answer.get("fraudStatus") not in {1, -1}:
        raise Unknown("iyzico reviews the payment")
    return answer["fraudStatus"] == 1


# [charge]
def request(payment: Charge) -> dict[str, Any]:
    """The price before interest is that of the goods; the paid price is what the customer pays."""
    quote, buyer = payment.quote, payment.buyer
    address = {
        "contactName": f"{buyer.name} {buyer.surname}",
        "city": buyer.city,
        "country": buyer.country,
        "address": buyer.address,
    }
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
        "buyer": {
            "id": buyer.id,
            "name": buyer.name,
            "surname": buyer.surname,
            "identityNumber": buyer.identity_number,
            "email": buyer.email,
            "registrationAddress": buyer.address,
            "city": buyer.city,
            "country": buyer.country,
            "ip": buyer.ip,
        },
        "shippingAddress": address,
        "billingAddress": address,
        "basketItems": [
            {
                "id": payment.reference,
                "name": "Order",
                "category1": "Order",
                "itemType": "PHYSICAL",
                "price": str(quote.amount),  # the items' prices sum to the price
            }
        ],
    }


# [end]
