"""Charges a saved card at Craftgate, with Craftgate's own client."""

from __future__ import annotations

from craftgate.adapter.payment_adapter import PaymentAdapter
from craftgate.adapter.payment_reporting_adapter import PaymentReportingAdapter
from craftgate.exception.api_exception import CraftgateException
from craftgate.model.currency import Currency
from craftgate.model.payment_group import PaymentGroup
from craftgate.model.payment_status import PaymentStatus
from craftgate.request.common.header_options import HeaderOptions
from craftgate.request.create_payment_request import CreatePaymentRequest
from craftgate.request.dto.card import Card
from craftgate.request.dto.payment_item import PaymentItem
from craftgate.request.search_payments_request import SearchPaymentsRequest
from craftgate.request_options import RequestOptions

from charge import Charge, Declined, Unknown

GENERAL_ERROR = "10000"
UNKNOWN_CARD = "2008"  # the token is not known, so nothing was charged


class Craftgate:
    def __init__(self, api_key: str, secret_key: str, url: str) -> None:
        options = RequestOptions(api_key, secret_key, url)
        self.payments = PaymentAdapter(options)
        self.reports = PaymentReportingAdapter(options)

    def charge(self, payment: Charge) -> str:
        try:
            answer = self.payments.create_payment(request(payment))
        except CraftgateException as error:
            raise outcome(error) from error
        if answer.payment_status != PaymentStatus.SUCCESS:
            raise Unknown("the payment is not complete")
        return str(answer.id)

    # [find]
    def find(self, reference: str, since: float) -> str | None:
        """The payment that an earlier request made."""
        search = SearchPaymentsRequest(page=0, size=100, conversation_id=reference)
        try:
            found = self.reports.search_payments(search).items
        except CraftgateException as error:
            raise Unknown("Craftgate does not say") from error
        found = [payment for payment in found if payment.conversation_id == reference]
        for payment in found:
            if payment.payment_status == PaymentStatus.SUCCESS:
                return str(payment.id)
        if any(payment.payment_status != PaymentStatus.FAILURE for payment in found):
            raise Unknown("the payment is not complete")
        return None

    # [end]


# [charge]
def request(payment: Charge) -> CreatePaymentRequest:
    """`price` is that of the goods; `paid_price`, with the interest, is what the customer pays."""
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
