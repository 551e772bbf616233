//! The cells of a matrix as text, and what they should be: found by explaining everything.

use payments_core::catalog::{Card, Catalog, InstallmentCount};
use payments_core::listing::{Candidate, CardOffer, Cell, Explanation, LeftOut, Matrix, Reason};
use payments_core::moment::Moment;
use payments_core::purchase::Purchase;
use payments_core::rules::Rule;

use crate::oracle::{Question, applies};

/// The rows of a matrix: the card, and for each number of installments the single installment of the offered plan with the rule
/// of its rate, or the reasons.
pub(crate) fn rows(matrix: &Matrix<'_>) -> Vec<Vec<String>> {
    rows_of_counts(matrix, &matrix.installment_counts())
}

/// The rows for these numbers of installments.
pub(crate) fn rows_of_counts(matrix: &Matrix<'_>, counts: &[InstallmentCount]) -> Vec<Vec<String>> {
    let row = matrix.rows().map(|row| {
        let cells = counts.iter().map(|count| described(&row.cell(*count)));
        let card = row.card.slug.to_string();
        std::iter::once(card).chain(cells).collect()
    });
    row.collect()
}

fn described(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Offered { plan, rate_rule } => {
            let single = plan.quote.single_installment_amount();
            let rule = rate_rule.map(|rule| format!(" {}", rule.slug));
            format!("{single}{}", rule.unwrap_or_default())
        }
        Cell::LeftOut(reasons) => {
            let reasons = reasons.iter().map(|one| match one.reason {
                Reason::Fact(fact) => fact.as_str().to_owned(),
                Reason::Rule { rule, .. } => rule.slug.to_string(),
            });
            reasons.collect::<Vec<_>>().join(", ")
        }
    }
}

/// The rule whose rate a plan of an offered card is quoted at, found by evaluating every rule.
pub(crate) fn rate_rule<'c>(
    catalog: &'c Catalog,
    purchase: &Purchase,
    moment: Moment,
    offer: &CardOffer<'_, 'c>,
    count: InstallmentCount,
) -> Option<&'c Rule> {
    let question = Question {
        purchase,
        moment,
        option: offer.payment_option,
        card: offer.card,
        bank: offer.bank,
        card_type: offer.card_type,
        count,
    };
    let rules = catalog.rules().filter(|rule| applies(rule, question));
    let rated = rules.filter(|rule| rule.then.replace_rate.is_some());
    rated.min_by(|one, other| {
        let key = |rule: &'c Rule| (rule.then.replace_rate, &rule.slug);
        key(one).cmp(&key(other))
    })
}

/// Why a plan that a card has is not offered, found among everything that is left out.
pub(crate) fn reasons<'c>(
    explanation: &Explanation<'c>,
    card: &Card,
    count: InstallmentCount,
) -> Vec<LeftOut<'c>> {
    let mut offers = explanation.listing.offers();
    let offer = offers.find(|offer| offer.card.pk == card.pk);
    let is_reason = |one: &&LeftOut<'_>| match one.candidate {
        Candidate::Purchase => true,
        Candidate::PaymentOption(option) => offer.is_none() && option.pos == card.pos,
        Candidate::Card { card: left_out, .. } => offer.is_none() && left_out.pk == card.pk,
        Candidate::Plan {
            card: left_out,
            plan,
            payment_option,
        } => {
            left_out.pk == card.pk
                && plan.installment_count == count
                && offer.is_none_or(|offer| offer.payment_option.pk == payment_option.pk)
        }
    };
    let left_out = explanation.left_out.iter();
    left_out.filter(is_reason).copied().collect()
}
