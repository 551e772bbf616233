"""The data of a listing, as Django's users model it."""

from django.db import models


class Bank(models.Model):
    name = models.TextField()
    slug = models.SlugField(unique=True)
    logo = models.TextField(null=True)
    logo_path = models.TextField(null=True)


class CardType(models.Model):
    name = models.TextField()
    slug = models.SlugField(unique=True)
    logo = models.TextField(null=True)
    logo_path = models.TextField(null=True)


class Card(models.Model):
    name = models.TextField()
    slug = models.SlugField(unique=True)
    card_payment_type = models.TextField()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT)
    card_type = models.ForeignKey(CardType, on_delete=models.PROTECT)
    sort_order = models.IntegerField()
    is_active = models.BooleanField(default=True)


class Installment(models.Model):
    card = models.ForeignKey(Card, related_name="installments", on_delete=models.CASCADE)
    installment_count = models.IntegerField()
    interest_rate = models.DecimalField(max_digits=8, decimal_places=4)
    label = models.TextField()
    is_active = models.BooleanField(default=True)


class Product(models.Model):
    name = models.TextField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    is_active = models.BooleanField(default=True)
