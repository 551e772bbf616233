//! Paying the pre-order: a quote for the chosen plan, the sandbox's charge of exactly that amount, and an empty basket.

use actix_web::{Error, HttpRequest, HttpResponse, rt, web};
use payments_core::audit::Author;
use serde_json::json;

use super::{authorized, basket_of, changing, conflict, items};
use crate::host::{Authorized, Demo, Payment, Quoted};
use crate::language;
use crate::orders::Receipt;
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
    authorized(&request, &demo).await?;
    let asked = demo.host.payment(&request, payload).await?;
    // A payment ends as a whole, even if the customer's connection does not last.
    let paid = rt::spawn(async move { settle(&demo, &request, &asked).await });
    paid.await.map_err(|_| Refusal::Internal(None))?
}

async fn settle(
    demo: &Demo,
    request: &HttpRequest,
    asked: &Payment,
) -> Result<HttpResponse, Error> {
    let language = language::of_request(demo, request);
    let refuse = |text, code| Ok(conflict(language, text, code));
    let (visitor, _guard) = changing(request, demo).await?;
    let basket = basket_of(demo, &visitor).await?;
    let pk = basket.pk;
    if demo.orders.receipt(pk, &asked.order).is_some() {
        return Ok(paid(&asked.order));
    }
    if basket.items.is_empty() {
        return refuse("basket-empty", "basket_empty");
    }
    let Some(quoted) = demo.host.quote(&visitor.id, asked).await? else {
        return refuse("pay-not-offered", "not_offered");
    };
    if quoted.total != asked.total {
        return refuse("pay-changed", "plan_changed");
    }
    let author = Author {
        request_id: demo.host.request_id(request),
        ..visitor::author(demo)
    };
    let masked_number = match demo.host.authorize(asked, &quoted, author).await? {
        Authorized::Yes(masked_number) => masked_number,
        Authorized::Changed => return refuse("pay-changed", "plan_changed"),
        Authorized::CardUnusable => return refuse("pay-card-unusable", "card_unusable"),
    };
    // The sandbox's charge cannot fail, so it is last: what cannot be stored is not charged.
    items::empty(demo, &visitor, basket).await?;
    let receipt = receipt(quoted, masked_number);
    demo.orders.charge(pk, &asked.order, receipt);
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
