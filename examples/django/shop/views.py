import secrets
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from payments_client.models import Basket, BasketItem

from shop import payments
from shop.goods import PRODUCTS, Product


@require_GET
def product(request: HttpRequest, pk: int) -> HttpResponse:
    context = {"product": _product(pk), "cards": payments.plans_of_product(pk)}
    return render(request, "product.html", context)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    session, key = request.session, str(_product(pk).pk)
    quantities = session.setdefault("quantities", {})
    quantities[key] = quantities.get(key, 0) + 1
    # A real shop has a table of baskets.
    session.setdefault("basket", secrets.randbelow(2**62) + 1)
    if not session.session_key:
        session.create()
    _hand_over(request)
    return redirect("basket")


@require_GET
def basket(request: HttpRequest) -> HttpResponse:
    items = _items(request)
    # A login gives the session another key.
    if items and request.session.get("handed_over") != request.session.session_key:
        _hand_over(request)
    context = {
        "items": items,
        "total": _total(items),
        "cards": payments.plans_of_basket(request.session) if items else [],
    }
    return render(request, "basket.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    if request.session.session_key:
        payments.end(request.session)
    request.session.flush()
    return redirect("basket")


def _product(pk: int) -> Product:
    try:
        return PRODUCTS[pk]
    except KeyError:
        raise Http404 from None


def _items(request: HttpRequest) -> list[tuple[Product, int]]:
    quantities = request.session.get("quantities", {})
    return [(PRODUCTS[int(pk)], quantity) for pk, quantity in quantities.items()]


def _total(items: list[tuple[Product, int]]) -> Decimal:
    return sum((product.price * quantity for product, quantity in items), Decimal())


def _hand_over(request: HttpRequest) -> None:
    items = _items(request)
    basket = Basket(
        pk=request.session["basket"],
        currency="TRY",
        total=str(_total(items)),
        items=[
            BasketItem(product=product.pk, quantity=quantity, price=str(product.price))
            for product, quantity in items
        ],
    )
    is_known = payments.hand_over(request.session, basket)
    request.session["handed_over"] = request.session.session_key if is_known else None
