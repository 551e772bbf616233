"""Client of the payments service: what an order system needs of its two APIs."""

from __future__ import annotations

from dataclasses import dataclass
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
class Quote:
    """The price of one plan, which holds until it expires."""

    text: str
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

    # [quote]
    def quote(self, session: str, saved_card: int, installment_count: int) -> Quote:
        """The signed price of a plan of a saved card, for the session's basket."""
        choice = {"saved_card": saved_card, "installment_count": installment_count}
        answer = self._call(
            "POST",
            f"{self.manage_url}/manage/v1/quotes/",
            json={"session": session, "context": "basket", "choice": choice},
            headers=self.authorization,
        )
        return self.verify(answer["quote"])

    # [end]

    # [verify]
    def verify(self, text: str) -> Quote:
        """Verifies a quote without asking the service for more than its public keys."""
        try:
            if jwt.get_unverified_header(text).get("typ") != "payments-quote+jwt":
                raise InvalidQuote("this is no quote")
            claims = jwt.decode(
                text,
                self.keys.get_signing_key_from_jwt(text),
                algorithms=["EdDSA"],
                issuer=self.issuer,
                options={"require": ["iss", "exp", "iat", "jti"], "verify_aud": False},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("the public keys cannot be read") from error
        except jwt.PyJWTError as error:
            raise InvalidQuote(type(error).__name__) from error
        return read(text, claims)

    # [end]

    # [instrument]
    def instrument(self, saved_card: int, order: str, quote: Quote) -> dict[str, Any]:
        """What a saved card is charged with. The same order always gets the same answer."""
        return self._call(
            "POST",
            f"{self.manage_url}/manage/v1/saved-cards/{saved_card}/instrument/",
            json={"order": order, "quote": quote.text},
            headers=self.authorization,
        )

    # [end]

    def _call(self, method: str, url: str, **arguments: Any) -> Any:
        try:
            answer = self.http.request(method, url, timeout=TIMEOUT, **arguments)
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


def read(text: str, claims: dict[str, Any]) -> Quote:
    """The claims that an order needs. Amounts are decimal strings, never floating point."""
    try:
        return Quote(
            text=text,
            id=claims["jti"],
            expires_at=claims["exp"],
            amount=decimal(claims["amount"]),
            total_amount=decimal(claims["total_amount"]),
            currency=claims["currency"],
            installment_count=claims["installment_count"],
        )
    except (ArithmeticError, KeyError, TypeError) as error:
        raise InvalidQuote("a claim is missing") from error


def decimal(text: object) -> Decimal:
    if not isinstance(text, str):
        raise TypeError("an amount is a decimal string")
    return Decimal(text)
