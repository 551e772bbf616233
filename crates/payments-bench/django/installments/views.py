from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Card, Installment, Product
from .serializers import CardSerializer


class ProductCards(APIView):
    """The cards and plans a product can be paid with: three queries, whatever the catalog's size."""

    def get(self, request, pk):
        product = get_object_or_404(Product, pk=pk, is_active=True)
        plans = Installment.objects.filter(is_active=True).order_by("installment_count")
        cards = (
            Card.objects.filter(is_active=True)
            .select_related("bank", "card_type")
            .prefetch_related(Prefetch("installments", queryset=plans))
            .order_by("sort_order", "pk")
        )
        results = CardSerializer(cards, many=True, context={"amount": product.price}).data
        return Response(
            {"count": len(results), "next": None, "previous": None, "results": results}
        )
