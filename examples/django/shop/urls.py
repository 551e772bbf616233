from django.urls import path

from shop import views

urlpatterns = [
    path("products/<int:pk>/", views.product, name="product"),
    path("products/<int:pk>/add/", views.add, name="add"),
    path("basket/", views.basket, name="basket"),
    path("leave/", views.leave, name="leave"),
]
