"""The contract's shape, with the figures of an amount."""

from decimal import ROUND_CEILING, Decimal

from rest_framework import serializers

from .models import Bank, Card, CardType, Installment

CENT = Decimal("0.01")
LOGOS = "https://pay.example.com/static/"


def up(amount):
    return amount.quantize(CENT, rounding=ROUND_CEILING)


class LogoMixin(serializers.ModelSerializer):
    logo = serializers.SerializerMethodField()

    def get_logo(self, row):
        return row.logo or (row.logo_path and LOGOS + row.logo_path)


class BankSerializer(LogoMixin):
    class Meta:
        model = Bank
        fields = ["pk", "name", "slug", "logo", "logo_path"]


class CardTypeSerializer(LogoMixin):
    class Meta:
        model = CardType
        fields = ["pk", "name", "slug", "logo", "logo_path"]


class InstallmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Installment
        fields = ["pk", "installment_count", "interest_rate", "label", "is_active"]

    def to_representation(self, plan):
        amount = self.context["amount"]
        interest = up(amount * plan.interest_rate / 100)
        total = amount + interest
        return super().to_representation(plan) | {
            "amount": amount,
            "interest_amount": interest,
            "total_amount": total,
            "single_installment_amount": up(total / plan.installment_count),
        }


class CardSerializer(serializers.ModelSerializer):
    card_type = CardTypeSerializer()
    bank = BankSerializer()
    installments = InstallmentSerializer(many=True)

    class Meta:
        model = Card
        fields = ["pk", "name", "slug", "card_payment_type", "card_type", "bank", "installments"]
