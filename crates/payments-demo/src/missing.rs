//! Unknown paths: a page for browsers, the service's own response for its clients.

use actix_web::http::Method;
use actix_web::http::header::ACCEPT;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::frame::Visit;
use crate::host::Demo;
use crate::refusal::Refusal;

pub(crate) async fn show(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    if !prefers_html(&request) {
        return Err(Refusal::NotFound.into());
    }
    let visit = Visit::of(&request, &demo).await?;
    Ok(visit.missing(visit.text("page-missing")))
}

fn prefers_html(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT);
    [Method::GET, Method::HEAD].contains(request.method())
        && accepted.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}
