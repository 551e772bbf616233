//! The basket. The page's script renders its lines and plans, because they change on the page.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::html;

use super::frame::{Page, Visit};
use crate::host::Demo;

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let visit = Visit::of(&request, &demo).await?;
    let title = visit.text("nav-basket");
    let content = html! {
        h1 { (title) }
        div #problem.problem role="alert" hidden {}
        div.split {
            section aria-labelledby="lines-title" {
                h2.quiet #lines-title { (visit.text("basket-lines")) }
                div #lines aria-live="polite" { span.bone {} span.bone {} }
            }
            aside.summary #summary aria-labelledby="summary-title" hidden {
                h2 #summary-title { (visit.text("summary")) }
                p.total-line { span { (visit.text("total")) } strong #total {} }
                p.hint { payments-installments #basket-from src="/payments/cards/basket/" layout="compact" {} }
                a.primary href="/shop/checkout/" { (visit.text("to-checkout")) }
                a.secondary href="/" { (visit.text("go-on-shopping")) }
            }
        }
        section #plans aria-labelledby="plans-title" hidden {
            h2 #plans-title { (visit.text("basket-plans")) }
            payments-installments #basket-plans src="/payments/cards/basket/" filter {}
        }
    };
    Ok(visit.page(&Page {
        title,
        script: "basket.js",
        content,
    }))
}
