"""Client of the payments service: what an order system needs of its two APIs."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import jwt
import requests

TIMEOUT = (3.05, 20)  # seconds to connect, and between two bytes of a response


class Refused(Exception):
    """The service refused a request. `code` says why and is stable; the sentence is for people."""

    def __init__(self, status: int, code: str, reasons: dict[str, list[str]]) -> None:
        super().__init__(f"{status} {code} {reasons or ''}".rstrip())
        self.status = status
        self.code = code
        self.reasons = reasons


class Unavailable(Exception):
    """The service did not answer, or could not do it now. Repeating the request is safe."""


class InvalidQuote(Exception):
    """A quote that the service did not sign, that has expired, or that is for something else."""


@dataclass(frozen=True)
class Choice:
    """What a quote is requested for: a basket of a customer, paid with a saved card of the customer."""

    customer: int
    basket: int
    saved_card: int
    installment_count: int


@dataclass(frozen=True)
class Quote:
    """The price of one plan, which holds until it expires."""

    text: str = field(repr=False)
    id: str
    expires_at: int
    amount: Decimal
    total_amount: Decimal
    currency: str
    installment_count: int


class Payments:
    """The service. The management API may have a separate address."""

    def __init__(self, url: str, token: str, issuer: str, manage_url: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.manage_url = (manage_url or url).rstrip("/")
        self.issuer = issuer
        self.keys = jwt.PyJWKClient(f"{self.url}/.well-known/jwks.json", lifespan=300, timeout=20)
        self.http = requests.Session()
        self.authorization = {"Authorization": f"Bearer {token}"}

    def plans(self, session: str, saved_card: int) -> list[dict[str, Any]]:
        """The cards that a saved card can be, each with its plans for the session's basket."""
        return self._call(
            "GET",
            f"{self.url}/payments/cards/basket/",
            params={"saved_card": saved_card},
            cookies={"osessionid": session},
        )["results"]

    def quote(self, choice: Choice) -> Quote:
        """The signed price of a plan of a saved card, for a basket."""
        card = {"saved_card": choice.saved_card, "installment_count": choice.installment_count}
        basket = {"context": "basket", "pk": choice.basket, "customer": choice.customer}
        answer = self._call(
            "POST",
            f"{self.manage_url}/manage/v1/quotes/",
            json=basket | {"choice": card},
            headers=self.authorization,
        )
        return self.verify(answer["quote"], choice)

    # [verify]
    def verify(self, text: str, choice: Choice) -> Quote:
        """Verifies that a quote is the service's, is valid now, and is for this choice. It asks the service for nothing
        but its public keys."""
        try:
            if jwt.get_unverified_header(text).get("typ") != "payments-quote+jwt":
                raise InvalidQuote("this is no quote")
            claims = jwt.decode(
                text,
                self.keys.get_signing_key_from_jwt(text),  # the key that `kid` names
                algorithms=["EdDSA"],
                issuer=self.issuer,
                # `iat` may be a second ahead of this machine's clock.
                options={"require": ["iss", "exp", "jti"], "verify_iat": False, "verify_aud": False},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("the public keys cannot be read") from error
        except jwt.PyJWTError as error:
            raise InvalidQuote(type(error).__name__) from error
        return read(text, claims, choice)

    # [end]

    def instrument(self, saved_card: int, order: str, quote: Quote) -> dict[str, Any]:
        """What a saved card is charged with. The same order always gets the same answer."""
        return self._call(
            "POST",
            f"{self.manage_url}/manage/v1/saved-cards/{saved_card}/instrument/",
            json={"order": order, "quote": quote.text},
            headers=self.authorization,
        )

    def _call(self, method: str, url: str, **arguments: Any) -> Any:
        try:
            answer = self.http.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, **arguments
            )
            body = answer.json()
        except requests.RequestException as error:
            raise Unavailable(type(error).__name__) from error
        finally:
            self.http.cookies.clear()
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"{answer.status_code} {body.get('code')}")
        if not answer.ok:
            raise Refused(answer.status_code, body.get("code", ""), body.get("errors", {}))
        return body


# [read]
def read(text: str, claims: dict[str, Any], choice: Choice) -> Quote:
    """The claims that an order needs. Amounts are decimal strings, never floating point."""
    try:
        quoted = Choice(
            customer=int(claims["sub"]),
            basket=claims["pk"],
            saved_card=claims["choice"]["saved_card"],
            installment_count=claims["installment_count"],
        )
        quote = Quote(
            text=text,
            id=claims["jti"],
            expires_at=claims["exp"],
            amount=decimal(claims["amount"]),
            total_amount=decimal(claims["total_amount"]),
            currency=claims["currency"],
            installment_count=claims["installment_count"],
        )
        context = claims["context"]
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise InvalidQuote("a claim is missing") from error
    if (context, quoted) != ("basket", choice):
        raise InvalidQuote("the quote is for something else")
    return quote


# [end]


def decimal(text: object) -> Decimal:
    if not isinstance(text, str):
        raise TypeError("an amount is a decimal string")
    return Decimal(text)
