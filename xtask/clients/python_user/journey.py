"""A customer saves a card and deletes it, with the package as it is installed: sync, and then async."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import httpx
from payments_client import Client
from payments_client.api.payments import (
    delete_saved_card,
    get_basket_cards,
    get_phone_number_for_otp,
    get_product_cards,
    get_saved_cards,
    send_otp_for_card_storage,
    submit_card_for_storage,
    verify_otp_and_save_card,
)
from payments_client.api.service import get_sandbox_outbox
from payments_client.csrf import Csrf
from payments_client.models import CardRequest, ErrorResponse, OtpRequest, PhoneNumberRequest
from payments_client.types import Response

Call = Callable[..., Awaitable[Response[Any]]]


def customer(service: str, csrf: Csrf) -> Client:
    return Client(
        base_url=service,
        cookies={"osessionid": "demo_customer_0000000000000000001"},
        headers={"Accept-Language": "en"},
        timeout=httpx.Timeout(10),
        httpx_args={"auth": csrf},
    )


async def sync(operation: ModuleType, *arguments: Any, **named: Any) -> Response[Any]:
    return operation.sync_detailed(*arguments, **named)


async def asynchronous(operation: ModuleType, *arguments: Any, **named: Any) -> Response[Any]:
    return await operation.asyncio_detailed(*arguments, **named)


async def journey(service: str, call: Call) -> None:
    csrf = Csrf()
    client = customer(service, csrf)

    product = (await call(get_product_cards, 1, client=client)).parsed
    assert product.results[0].installments[2].total_amount == 20.47
    assert product.results[0].installments[0].label == "Single payment"
    missing = await call(get_product_cards, 900000, client=client)
    assert (missing.status_code, missing.parsed.code) == (404, "product_not_found")
    assert (await call(get_basket_cards, client=client, bin_="55496000")).parsed.count == 1

    card = CardRequest(
        card_holder="AYŞE YILMAZ",
        card_number="5528790000000008",
        card_month="12",
        card_year="2035",
        card_cvv="123",
        consent=True,
        name="My card",
    )
    assert card.card_number not in repr(card) and "osessionid" not in repr(client)
    assert (await call(submit_card_for_storage, client=client, body=card)).status_code == 204
    phone = (await call(get_phone_number_for_otp, client=client)).parsed.phone_number
    sent = PhoneNumberRequest(phone_number=phone)
    assert (await call(send_otp_for_card_storage, client=client, body=sent)).status_code == 204
    message = (await call(get_sandbox_outbox, client=client)).parsed.results[0]["text"]
    code = re.search(r"\d{4,8}", message).group()

    other = "00000001" if code == "00000000" else "00000000"
    wrong = (await call(verify_otp_and_save_card, client=client, body=OtpRequest(otp=other))).parsed
    assert isinstance(wrong, ErrorResponse) and wrong.code == "otp_wrong" and "otp" in wrong.errors
    saved = await call(verify_otp_and_save_card, client=client, body=OtpRequest(otp=code))
    assert saved.status_code == 200

    # A token that the service no longer accepts is renewed.
    csrf._token = "expired"
    cards = (await call(get_saved_cards, client=client)).parsed.results
    assert [card.masked_card_number for card in cards] == ["552879******0008"]
    assert (await call(delete_saved_card, cards[0].pk, client=client)).status_code == 204
    assert (await call(get_saved_cards, client=client)).parsed.count == 0

    anonymous = Client(base_url=service, httpx_args={"auth": Csrf()})
    assert (await call(get_saved_cards, client=anonymous)).parsed.code == "not_authenticated"


def requests_of_a_call(service_is_up: bool) -> list[str]:
    """The paths that are requested for the saved cards, each within the default timeout."""
    paths = []

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.extensions["timeout"]["read"] == 10
        paths.append(request.url.path)
        if not service_is_up:
            return httpx.Response(503, json={"detail": "Try again.", "code": "service_unavailable"})
        return httpx.Response(200, json={"csrf_token": "token", "count": 0, "results": []})

    transport = httpx.MockTransport(respond)
    client = Client(base_url="http://payments", httpx_args={"auth": Csrf(), "transport": transport})
    cards = get_saved_cards.sync(client=client)
    assert cards.count == 0 if service_is_up else cards.code == "service_unavailable"
    return paths


assert requests_of_a_call(True) == ["/csrf_token/", "/payments/stored-cards/"]
assert requests_of_a_call(False) == ["/csrf_token/"]
for call in (sync, asynchronous):
    asyncio.run(journey(sys.argv[1], call))
