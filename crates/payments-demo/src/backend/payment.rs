//! Paying the pre-order: a quote for the chosen plan, the sandbox's charge of exactly that amount, and an empty basket.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{authorized, basket_of, conflict, items};
use crate::host::{Authorized, Demo, Quoted};
use crate::orders::{Begun, Receipt};
use crate::refusal::Refusal;
use crate::visitor;

/// Pays with a card and a plan: `{"order": "ORD-…", "card": 1, "saved_card": 12, "installment_count": 3,
/// "total_amount": "20.47", "currency": "TRY"}`, or `bin` in place of `saved_card`, or neither. The amount is what the
/// page showed; if the quote differs, nothing is paid. A repeated order is paid once.
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
    let changed = || Ok(conflict(&demo, &request, "pay-changed", "plan_changed"));
    if quoted.total != asked.total {
        return changed();
    }
    let author = visitor::author(&demo);
    let masked_number = match demo.host.authorize(&asked, &quoted, author).await? {
        Authorized::Yes(masked_number) => masked_number,
        Authorized::Changed => return changed(),
        Authorized::CardUnusable => {
            return Ok(conflict(
                &demo,
                &request,
                "pay-card-unusable",
                "card_unusable",
            ));
        }
    };
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
