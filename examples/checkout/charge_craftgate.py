"""Charges a saved card at Craftgate, with Craftgate's own client."""

from __future__ import annotations

from craftgate.adapter.payment_adapter import PaymentAdapter
from craftgate.exception.api_exception import CraftgateException
from craftgate.model.currency import Currency
from craftgate.model.payment_group import PaymentGroup
from craftgate.request.common.header_options import HeaderOptions
from craftgate.request.create_payment_request import CreatePaymentRequest
from craftgate.request.dto.card import Card
from craftgate.request.dto.payment_item import PaymentItem
from craftgate.request_options import RequestOptions

from charge import Charge, Charger, Declined, Unknown


GENERAL_ERROR = "10000"
UNKNOWN_CARD = "2008"  # the token is not known, so nothing was charged


def charger(api_key: str, secret_key: str, url: str) -> Charger:
    craftgate = PaymentAdapter(RequestOptions(api_key, secret_key, url))

    def charge(payment: Charge) -> str:
        try:
            answer = craftgate.create_payment(request(payment))
        except CraftgateException as error:
            raise outcome(error) from error
        if answer.payment_status is None or answer.payment_status.value != "SUCCESS":
            raise Unknown("the payment is not complete")
        return str(answer.id)

    return charge


# [charge]
def request(payment: Charge) -> CreatePaymentRequest:
    """A repeated request with the same idempotency key gets the first one's answer."""
    quote, card = payment.quote, payment.instrument["provider"]
    return CreatePaymentRequest(
        price=quote.amount,
        paid_price=quote.total_amount,
        currency=Currency(quote.currency),
        installment=quote.installment_count,
        payment_group=PaymentGroup.LISTING_OR_SUBSCRIPTION,
        conversation_id=payment.reference,
        external_id=payment.reference,
        card=Card(card_user_key=card["cardUserKey"], card_token=card["cardToken"]),
        items=[PaymentItem(name="Order", price=quote.amount, external_id=payment.reference)],
    ).with_header_options(HeaderOptions(idempotency_key=payment.reference))


# [end]


def outcome(error: CraftgateException) -> Declined | Unknown:
    """A bank's answer has a code of five digits. Any other error leaves open whether the card was charged: the answer
    was lost, or Craftgate failed, or an earlier request is still running."""
    code = str(error.error_code)
    is_of_bank = len(code) == 5 and code.startswith("10") and code != GENERAL_ERROR
    is_refused = error.cause is None and (is_of_bank or code == UNKNOWN_CARD)
    return Declined(code) if is_refused else Unknown("no answer of the bank")
