"""What the three providers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

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
    reference: str  # sent to the provider once, and unique: `find` finds the payment by it
    quote: Quote
    instrument: dict[str, Any]  # secret: never stored or logged
    buyer: Buyer


class Gateway(Protocol):
    def charge(self, payment: Charge) -> str:
        """The provider's id of the payment. Raises `Declined` or `Unknown`."""

    def find(self, reference: str, since: float) -> str | None:
        """The id of the payment with a reference that was sent at `since`; None if nothing was taken. Raises `Unknown`."""
