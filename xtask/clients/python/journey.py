"""A customer saves a card and deletes it, through the client that is generated from the description of the service."""

import re
import sys

from payments_client import Client
from payments_client.api.payments import (
    delete_saved_card,
    get_basket_cards,
    get_csrf_token,
    get_phone_number_for_otp,
    get_product_cards,
    get_saved_cards,
    send_otp_for_card_storage,
    submit_card_for_storage,
    verify_otp_and_save_card,
)
from payments_client.api.service import get_sandbox_outbox
from payments_client.models import CardRequest, ErrorResponse, OtpRequest, PhoneNumberRequest

SESSION = "demo_customer_0000000000000000001"


def journey(service: str) -> None:
    client = Client(base_url=service, cookies={"osessionid": SESSION})

    product = get_product_cards.sync(1, client=client)
    assert product.results[0].installments[2].total_amount == 20.47
    missing = get_product_cards.sync(900000, client=client)
    assert isinstance(missing, ErrorResponse) and missing.detail
    assert get_basket_cards.sync(client=client).count > 0

    token = get_csrf_token.sync(client=client).csrf_token
    customer = {"client": client, "x_csrftoken": token, "x_cookie": f"osessionid={SESSION}"}
    card = CardRequest(
        card_holder="AYŞE YILMAZ",
        card_number="5528790000000008",
        card_month="12",
        card_year="2035",
        card_cvv="123",
        consent=True,
        name="My card",
    )
    assert submit_card_for_storage.sync_detailed(body=card, **customer).status_code == 204

    phone = get_phone_number_for_otp.sync(**customer).phone_number
    sent = send_otp_for_card_storage.sync_detailed(body=PhoneNumberRequest(phone_number=phone), **customer)
    assert sent.status_code == 204
    message = get_sandbox_outbox.sync(client=client).results[0]["text"]
    code = re.search(r"\d{4,8}", message).group()

    wrong = verify_otp_and_save_card.sync(body=OtpRequest(otp="00000000"), **customer)
    assert isinstance(wrong, ErrorResponse) and "otp" in wrong.errors.additional_properties
    saved = verify_otp_and_save_card.sync_detailed(body=OtpRequest(otp=code), **customer)
    assert saved.status_code == 200

    cards = get_saved_cards.sync(**customer).results
    assert [card.masked_card_number for card in cards] == ["552879******0008"]
    assert delete_saved_card.sync_detailed(cards[0].pk, **customer).status_code == 204
    assert get_saved_cards.sync(**customer).count == 0


journey(sys.argv[1])
