"""What the three providers have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from payments import Quote


class Declined(Exception):
    """The provider certainly took nothing. `code` is the provider's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unknown(Exception):
    """The provider may have taken the money: its answer was lost, or says neither."""


@dataclass(frozen=True)
class Buyer:
    """Whom iyzico requires to be named with a payment."""

    id: str
    name: str
    surname: str
    email: str
    identity_number: str
    address: str
    city: str
    country: str
    ip: str


@dataclass(frozen=True)
class Charge:
    """A payment that may be sent more than once and must be made once."""

    reference: str  # unique for each attempt to pay an order: the key of idempotency
    quote: Quote
    instrument: dict[str, Any]  # secret: never stored or logged
    buyer: Buyer
    since: float | None  # when a request with this reference may have been sent before; None if never


# The provider's id of the payment.
Charger = Callable[[Charge], str]
