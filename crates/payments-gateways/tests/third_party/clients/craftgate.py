"""A first card, a second one, a search and a deletion, by Craftgate's own client."""

import json
import re
import sys

from craftgate.adapter.payment_adapter import PaymentAdapter
from craftgate.request.delete_stored_card_request import DeleteStoredCardRequest
from craftgate.request.search_stored_cards_request import SearchStoredCardsRequest
from craftgate.request.store_card_request import StoreCardRequest
from craftgate.request_options import RequestOptions

given = json.loads(sys.argv[1])


def snake(fields):
    return {re.sub("([A-Z])", r"_\1", name).lower(): value for name, value in fields.items()}


payment = PaymentAdapter(RequestOptions(given["apiKey"], given["secretKey"], given["url"]))
payment.store_card(StoreCardRequest(**snake(given["first"])))
payment.store_card(StoreCardRequest(**snake(given["second"])))
payment.search_stored_cards(SearchStoredCardsRequest(**snake(given["search"])))
payment.delete_stored_card(DeleteStoredCardRequest(**snake(given["delete"])))
