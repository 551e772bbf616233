"""What the shop asks Payments for. A page is shown without plans rather than not at all."""

import logging
import ssl
from collections.abc import Callable
from typing import Any

import httpx
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import get_language
from payments_client import AuthenticatedClient, Client
from payments_client.api.manage import delete_from_sessions, put_into_baskets, put_into_sessions
from payments_client.api.payments import get_basket_cards, get_product_cards
from payments_client.models import Basket, CardDetail, CardListResponse, Session
from payments_client.types import Response

logger = logging.getLogger(__name__)
# It logs URLs, and the URL of a session contains its id.
logging.getLogger("httpx").setLevel(logging.WARNING)

# Shared, so that connections are reused.
TRANSPORT = httpx.HTTPTransport(verify=ssl.create_default_context())

# The last three: a response that is not Payments', but a proxy's, or that of a newer version.
NO_ANSWER = (httpx.HTTPError, ValueError, KeyError, TypeError)


def plans_of_product(pk: int) -> list[CardDetail]:
    """The cards that a product can be paid with, each with its plans."""
    return _cards(lambda: get_product_cards.sync(pk, client=_client()))


def plans_of_basket(session: SessionBase) -> list[CardDetail]:
    """The same for the basket that was handed over for a session."""
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key}
    return _cards(lambda: get_basket_cards.sync(client=_client(cookies=cookies)))


def hand_over(session: SessionBase, basket: Basket) -> bool:
    """Sends Payments what is in a session's basket. Returns whether it knows; repeating it is safe."""
    manage = _manage()
    about = Session(basket=basket.pk, expires_at=session.get_expiry_date())
    return _succeeds(
        lambda: put_into_baskets.sync_detailed(basket.pk, client=manage, body=basket)
    ) and _succeeds(
        lambda: put_into_sessions.sync_detailed(session.session_key, client=manage, body=about)
    )


def end(session: SessionBase) -> None:
    """Makes Payments forget a session, and a card that is held for it. A real shop queues this and repeats it."""
    _succeeds(
        lambda: delete_from_sessions.sync_detailed(session.session_key, client=_manage())
    )


def _client(**named: Any) -> Client:
    return Client(**_common(), **named)


def _manage() -> AuthenticatedClient:
    return AuthenticatedClient(token=settings.PAYMENTS_TOKEN, **_common())


def _common() -> dict[str, Any]:
    return {
        "base_url": settings.PAYMENTS_URL,
        "headers": {"Accept-Language": get_language() or settings.LANGUAGE_CODE},
        "timeout": httpx.Timeout(2),
        "httpx_args": {"transport": TRANSPORT},
    }


def _cards(ask: Callable[[], object]) -> list[CardDetail]:
    try:
        listing = ask()
    except NO_ANSWER as error:
        logger.warning("Payments did not answer: %r", error)
        return []
    return listing.results if isinstance(listing, CardListResponse) else []


def _succeeds(ask: Callable[[], Response[Any]]) -> bool:
    try:
        status = ask().status_code
    except NO_ANSWER as error:
        logger.warning("Payments did not answer: %r", error)
        return False
    if status >= 400:
        logger.error("Payments refused: %s", status)
    return status < 400
