"""Charges a saved card at iyzico, with iyzico's own client."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from typing import Any

import iyzipay

from charge import Charge, Charger, Declined, Unknown

# The outcome is open: a system error, too many requests, and what is wrong with the account.
UNDECIDED = {"1", "2", "50000", "1000", "1001"}


def charger(api_key: str, secret_key: str, host: str, settle_seconds: float) -> Charger:
    """`settle_seconds`: how long an earlier request may take until its payment is found."""
    options = {"api_key": api_key, "secret_key": secret_key, "base_url": host}

    def charge(payment: Charge) -> str:
        if payment.since is not None:
            if time.time() - payment.since < settle_seconds:
                raise Unknown("an earlier request may still be at work")
            found = find(payment.reference, options)
            if found is not None:
                return found
        answer = ask(iyzipay.Payment().create, request(payment), options)
        if answer["status"] == "success":
            return answer["paymentId"]
        raise Declined(str(answer.get("errorCode")))

    return charge


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


# [find]
def find(reference: str, options: dict[str, str]) -> str | None:
    """The payment that an earlier request made. iyzico has no idempotency keys for payments."""
    asked = {"locale": "tr", "conversationId": reference, "paymentConversationId": reference}
    answer = ask(iyzipay.Payment().retrieve, asked, options)
    return answer["paymentId"] if answer["status"] == "success" else None


# [end]


def ask(send: Any, body: dict[str, Any], options: dict[str, str]) -> dict[str, Any]:
    """The answer, if it says whether there is a payment."""
    try:
        response = send(body, options)
        answer = json.loads(response.read())
    except (OSError, HTTPException, ValueError) as error:
        raise Unknown(type(error).__name__) from error
    is_clear = isinstance(answer, dict) and answer.get("status") in {"success", "failure"}
    if response.status >= 500 or not is_clear or str(answer.get("errorCode")) in UNDECIDED:
        raise Unknown(f"HTTP {response.status}")
    return answer
