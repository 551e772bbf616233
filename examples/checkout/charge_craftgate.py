"""Charges a saved card at Craftgate, with Craftgate's own client, which waits for at most 150 seconds."""

from __future__ import annotations

from craftgate.adapter import PaymentAdapter, PaymentReportingAdapter
from craftgate.exception import CraftgateException
from craftgate.model import Currency, PaymentGroup, PaymentStatus
from craftgate.request import CreatePaymentRequest, SearchPaymentsRequest
from craftgate.request.common import HeaderOptions
from craftgate.request.dto import Card, PaymentItem
from craftgate.request_options import RequestOptions

from charge import Charge, Declined, Unknown
from payments import Refused

# The groups of errors that are a bank's refusal. Any other, such as NO_RESPONSE, leaves the outcome open.
REFUSALS = set(
    "BIN_NOT_FOUND BLOCKED_CARD CARD_NOT_PERMITTED DECLINED DO_NOT_HONOUR EXCEEDS_WITHDRAWAL_AMOUNT_LIMIT EXPIRED_CARD"
    " FRAUD_SUSPECT INVALID_CARD_NUMBER INVALID_CVC2 INVALID_CVC2_LENGTH INVALID_EXPIRE_YEAR_MONTH INVALID_TRANSACTION"
    " LOST_CARD NOT_PERMITTED_TO_CARDHOLDER NOT_PERMITTED_TO_TERMINAL NOT_SUFFICIENT_FUNDS NO_SUCH_ISSUER PICKUP_CARD"
    " REFER_TO_CARD_ISSUER RESTRICTED_BY_LAW RESTRICTED_CARD STOLEN_CARD".split()
)
UNKNOWN_CARD = "2008"  # the token is not known, so nothing was charged


class Craftgate:
    def __init__(self, api_key: str, secret_key: str, url: str) -> None:
        options = RequestOptions(api_key, secret_key, url)
        self.payments = PaymentAdapter(options)
        self.reports = PaymentReportingAdapter(options)

    # [charge]
    def request(self, payment: Charge) -> CreatePaymentRequest:
        """`price` is that of the goods; `paid_price`, with the interest, is what the customer pays."""
        quote, card = payment.quote, payment.instrument["provider"]
        if quote.currency not in Currency.__members__:
            raise Refused(409, "currency_not_supported", {})
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

    def charge(self, request: CreatePaymentRequest) -> str:
        try:
            answer = self.payments.create_payment(request)
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


def outcome(error: CraftgateException) -> Declined | Unknown:
    """A definite refusal is in the list. Any other error leaves open whether the card was charged."""
    is_refused = error.error_group in REFUSALS or str(error.error_code) == UNKNOWN_CARD
    return Declined(str(error.error_code)) if is_refused else Unknown("no answer of the bank")
