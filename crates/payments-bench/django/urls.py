from django.urls import path

from installments.views import ProductCards

urlpatterns = [path("payments/cards/product/<int:pk>/", ProductCards.as_view())]
