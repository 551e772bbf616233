"""What the three providers have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from payments import Quote

# Seconds to wait for a provider. `SETTLE_SECONDS`, after which an order may be charged again, must be longer.
TIMEOUT = 150


class Declined(Exception):
    """The provider certainly took nothing. The text is its code."""


class Unknown(Exception):
    """The provider may have taken the money: its answer was lost, or says neither."""


@dataclass(frozen=True)
class Charge:
    reference: str  # sent to the provider once, and unique: `find` finds the payment by it
    quote: Quote
    instrument: dict[str, Any] = field(repr=False)  # secret: never stored or logged
    buyer: dict[str, str] = field(repr=False)  # iyzico requires it, under these names


class Gateway(Protocol):
    def request(self, payment: Charge) -> Any:
        """What `charge` sends. Raises `Refused` for a payment that the provider cannot take."""

    def charge(self, request: Any) -> str:
        """The provider's id of the payment. Raises `Declined` or `Unknown`."""

    def find(self, reference: str, since: float) -> str | None:
        """The id of the payment with a reference that was sent at `since`; None if nothing was taken. Raises `Unknown`."""
