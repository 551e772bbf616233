//! What is charged under a quote, and where.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{PaymentOptionId, PlanId, PosId};
use crate::money::Money;
use crate::slug::Slug;

use super::plan::QuotedPlan;

/// The figures of a plan under the listing's names, as decimal texts in the quote's currency, and where it is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The plan.
    pub plan: PlanId,
    /// The payment option that offers it.
    pub payment_option: PaymentOptionId,
    /// The point of sale that charges it.
    pub pos: PosId,
    /// The gateway of the point of sale.
    pub gateway: Slug,
    /// The rate in percent; negative for a discount.
    pub interest_rate: String,
    /// The interest; negative for a discount.
    pub interest_amount: String,
    /// The amount of each payment, as displayed.
    pub single_installment_amount: String,
    /// The amount with its interest.
    pub total_amount: String,
    /// The exact payments, first installment first.
    pub schedule: Vec<String>,
}

impl Terms {
    /// The terms of a quoted plan.
    pub fn of(quoted: &QuotedPlan<'_>) -> Self {
        let figures = quoted.figures;
        Self {
            plan: quoted.plan.pk,
            payment_option: quoted.payment_option.pk,
            pos: quoted.pos.pk,
            gateway: quoted.pos.gateway.clone(),
            interest_rate: quoted.rate.to_string(),
            interest_amount: figures.interest_amount().to_string(),
            single_installment_amount: figures.single_installment_amount().to_string(),
            total_amount: figures.total_amount().to_string(),
            schedule: quoted.schedule.iter().map(Money::to_string).collect(),
        }
    }
}
