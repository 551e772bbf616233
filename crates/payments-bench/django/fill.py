"""Makes the tables and fills them from a document of the management API: `python fill.py DOCUMENT`."""

import json
import os
import sys
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.db import connection  # noqa: E402
from installments.models import Bank, Card, CardType, Installment, Product  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)

with connection.schema_editor() as schema:
    for model in (Bank, CardType, Card, Installment, Product):
        schema.create_model(model)

Bank.objects.bulk_create(Bank(**row) for row in document["banks"])
CardType.objects.bulk_create(CardType(**row) for row in document["card_types"])
for row in document["cards"]:
    plans = row["installments"]
    Card.objects.create(
        pk=row["pk"],
        name=row["name"],
        slug=row["slug"],
        card_payment_type=row["card_payment_type"],
        bank_id=row["bank"],
        card_type_id=row["card_type"],
        sort_order=row["sort_order"],
    )
    Installment.objects.bulk_create(
        Installment(
            pk=plan["pk"],
            card_id=row["pk"],
            installment_count=plan["installment_count"],
            interest_rate=Decimal(plan["interest_rate"]),
            label=f"{plan['installment_count']} Taksit",
        )
        for plan in plans
    )
Product.objects.bulk_create(
    Product(pk=row["pk"], name=row["name"], price=Decimal(row["price"]))
    for row in document["products"]
)
