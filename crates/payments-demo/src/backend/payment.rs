//! Paying the pre-order: a quote for the chosen plan, the sandbox's charge of exactly that amount, and an empty basket.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{authorized, basket_of, conflict, items};
use crate::host::{Demo, Quoted};
use crate::orders::{Begun, Receipt};
use crate::refusal::Refusal;
use crate::visitor;

/// Pays with a card and a plan: `{"order": "ORD-…", "card": 1, "saved_card": 12, "installment_count": 3,
/// "total_amount": "20.47"}`, or `bin` in place of `saved_card`, or neither. `total_amount` is what the page showed; if
/// the quote differs, nothing is paid. A repeated order is paid once.
pub(crate) async fn pay(
    demo: web::Data<Demo>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Error> {
    let visitor = authorized(&request, &demo).await?;
    let asked = demo.host.payment(&request, payload).await?;
    let basket = visitor.session.basket.ok_or(Refusal::NotFound)?;
    let payment = match demo.orders.begin(basket, &asked.order) {
        Begun::New(payment) => payment,
        Begun::Running => return Ok(conflict(&demo, &request, "pay-running", "order_running")),
        Begun::Paid => return Ok(paid(&asked.order)),
    };
    let basket = basket_of(&demo, &visitor).await?;
    if basket.items.is_empty() {
        return Ok(conflict(&demo, &request, "basket-empty", "basket_empty"));
    }
    let quoted = demo.host.quote(&visitor.id, &asked).await?;
    let Some(quoted) = quoted else {
        return Ok(conflict(&demo, &request, "pay-not-offered", "not_offered"));
    };
    if !is_same_amount(&quoted.total.to_string(), &asked.total_amount) {
        return Ok(conflict(&demo, &request, "pay-changed", "plan_changed"));
    }
    let author = visitor::author(&demo);
    let masked_number = demo.host.authorize(&asked, &quoted, author).await?;
    // The sandbox's charge cannot fail, so it is last: what cannot be stored is not charged.
    items::empty(&demo, &visitor, basket).await?;
    payment.charge(receipt(quoted, masked_number));
    Ok(paid(&asked.order))
}

fn receipt(quoted: Quoted, masked_number: Option<String>) -> Receipt {
    Receipt {
        total: quoted.total,
        interest: quoted.interest,
        single_installment: quoted.single_installment,
        installment_count: quoted.installment_count,
        card: quoted.card,
        masked_number,
    }
}

fn paid(order: &str) -> HttpResponse {
    super::json(&json!({ "order": order, "result": format!("/shop/result/{order}/") }))
}

/// Whether two decimals are equal; scripts write 2559.80 as 2559.8.
fn is_same_amount(one: &str, other: &str) -> bool {
    shortest(one) == shortest(other)
}

fn shortest(decimal: &str) -> &str {
    if decimal.contains('.') {
        decimal.trim_end_matches('0').trim_end_matches('.')
    } else {
        decimal
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_amount;

    #[test]
    fn amounts_are_compared_to_the_minor_unit() {
        for (one, other) in [("2559.80", "2559.8"), ("100.00", "100"), ("100", "100.0")] {
            assert!(is_same_amount(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("2559.80", "2559.81"),
            ("100", "1"),
            ("100.00", "1000"),
            ("0.05", ""),
        ] {
            assert!(!is_same_amount(one, other), "{one} {other}");
        }
    }
}
