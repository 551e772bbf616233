"""The shop's orders in a SQLite file. Whatever must survive a crash is committed before the next request is sent."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, replace
from decimal import Decimal

from payments import Choice

SCHEMA = """CREATE TABLE IF NOT EXISTS orders (
    reference TEXT PRIMARY KEY, customer INTEGER NOT NULL, basket INTEGER NOT NULL, saved_card INTEGER NOT NULL,
    installment_count INTEGER NOT NULL, agreed_total TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 1,
    quote TEXT, gateway TEXT, charging_since REAL, payment TEXT)"""


@dataclass(frozen=True)
class Order:
    """An order. It is paid once it has a payment; while it has `charging_since`, it may be paid."""

    reference: str
    choice: Choice
    agreed_total: Decimal  # what the customer saw and agreed to pay
    attempt: int = 1
    quote: str | None = field(default=None, repr=False)
    gateway: str | None = None
    charging_since: float | None = None
    payment: str | None = None

    @property
    def charge_reference(self) -> str:
        """Names one attempt at the provider. A new one begins only when the last one certainly took nothing."""
        return f"{self.reference}-{self.attempt}"


class Orders:
    def __init__(self, path: str) -> None:
        self.lock = f"{path}.lock"
        self.database = sqlite3.connect(path)
        self.database.execute(SCHEMA)

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Two processes never pay at once. The lock of a process that dies is released."""
        with open(self.lock, "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def place(self, order: Order) -> Order:
        """Records a new order; an order that exists is returned as it is."""
        with self.database:
            self.database.execute(
                "INSERT OR IGNORE INTO orders"
                " (reference, customer, basket, saved_card, installment_count, agreed_total)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (order.reference, *astuple(order.choice), str(order.agreed_total)),
            )
        row = self.database.execute(
            "SELECT * FROM orders WHERE reference = ?", (order.reference,)
        ).fetchone()
        known = Order(row[0], Choice(*row[1:5]), Decimal(row[5]), *row[6:])
        if known.choice != order.choice:
            raise ValueError("another order has this reference")
        return known

    def agree(self, order: Order, total: Decimal) -> Order:
        """The customer agrees to another total, while nothing is being charged."""
        return self._set(order, agreed_total=total)

    def keep_quote(self, order: Order, quote: str | None) -> Order:
        return self._set(order, quote=quote)

    def begin_charge(self, order: Order, gateway: str) -> Order:
        """From now on the order may be paid."""
        return self._set(order, gateway=gateway, charging_since=time.time())

    def was_paid(self, order: Order, payment: str) -> Order:
        return self._set(order, payment=payment, charging_since=None)

    def was_not_paid(self, order: Order) -> Order:
        return self._set(order, charging_since=None, attempt=order.attempt + 1)

    def _set(self, order: Order, **changes: object) -> Order:
        with self.database:  # one transaction
            for column, value in changes.items():
                value = str(value) if isinstance(value, Decimal) else value
                statement = f"UPDATE orders SET {column} = ? WHERE reference = ?"
                self.database.execute(statement, (value, order.reference))
        return replace(order, **changes)
