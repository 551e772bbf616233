//! A matrix as JSON.

use std::collections::BTreeSet;

use payments_core::catalog::InstallmentCount;
use payments_core::listing::{Cell, Matrix, MatrixRow};
use serde::Serialize;

use crate::manage::explain::{LeftOutBody, left_out};

/// Cards with a cell for each number of installments.
#[derive(Serialize)]
pub(in crate::manage) struct MatrixBody<'m> {
    installment_counts: BTreeSet<u8>,
    results: Vec<RowBody<'m>>,
}

#[derive(Serialize)]
struct RowBody<'m> {
    card: i64,
    card_slug: &'m str,
    card_name: &'m str,
    bank: &'m str,
    bank_name: &'m str,
    payment_option: Option<&'m str>,
    cells: Vec<CellBody<'m>>,
}

#[derive(Serialize)]
struct CellBody<'m> {
    installment_count: u8,
    plan: Option<PlanBody<'m>>,
    left_out: Vec<LeftOutBody<'m>>,
}

#[derive(Serialize)]
struct PlanBody<'m> {
    plan: i64,
    interest_rate: String,
    interest_amount: String,
    single_installment_amount: String,
    total_amount: String,
    rate_rule: Option<&'m str>,
}

impl<'m> MatrixBody<'m> {
    /// The cards of a matrix's page.
    pub(in crate::manage) fn of(matrix: &'m Matrix<'_>) -> Self {
        let counts = matrix.installment_counts();
        Self {
            installment_counts: counts.iter().map(|count| count.get()).collect(),
            results: matrix.rows().map(|one| row(one, &counts)).collect(),
        }
    }
}

fn row<'m>(row: MatrixRow<'_, 'm>, counts: &[InstallmentCount]) -> RowBody<'m> {
    RowBody {
        card: row.card.pk.get(),
        card_slug: row.card.slug.as_str(),
        card_name: &row.card.name,
        bank: row.bank.slug.as_str(),
        bank_name: &row.bank.name,
        payment_option: row.offer.map(|offer| offer.payment_option.slug.as_str()),
        cells: counts.iter().map(|count| cell(&row, *count)).collect(),
    }
}

fn cell<'m>(row: &MatrixRow<'_, 'm>, count: InstallmentCount) -> CellBody<'m> {
    let (plan, left_out) = match row.cell(count) {
        Cell::Offered { plan, rate_rule } => {
            let quote = &plan.quote;
            let plan = PlanBody {
                plan: plan.plan.pk.get(),
                interest_rate: plan.rate.to_string(),
                interest_amount: quote.interest_amount().to_string(),
                single_installment_amount: quote.single_installment_amount().to_string(),
                total_amount: quote.total_amount().to_string(),
                rate_rule: rate_rule.map(|rule| rule.slug.as_str()),
            };
            (Some(plan), Vec::new())
        }
        Cell::LeftOut(reasons) => (None, reasons.iter().map(left_out).collect()),
    };
    CellBody {
        installment_count: count.get(),
        plan,
        left_out,
    }
}
