"""What the shop sells: products of the demo store. A real shop imports its own into Payments."""

from decimal import Decimal
from typing import NamedTuple


class Product(NamedTuple):
    pk: int
    name: str
    price: Decimal


PRODUCTS = {
    product.pk: product
    for product in [
        Product(1, "Gold-plated earrings", Decimal("19.49")),
        Product(21, "Wool coat", Decimal("2499.90")),
    ]
}
