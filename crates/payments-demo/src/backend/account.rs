//! Logging in and out as the visitor's own demo customer, which the basket refers to.

use actix_web::http::header::SET_COOKIE;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::{basket_of, changing};
use crate::host::Demo;
use crate::visitor::{self, Visitor};

pub(crate) async fn log_in(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let (visitor, _guard) = changing(&request, &demo).await?;
    let customer = basket_of(&demo, &visitor).await?.customer;
    Ok(remembered(
        &visitor::rotate(&demo, &visitor, customer).await?,
    ))
}

pub(crate) async fn log_out(
    demo: web::Data<Demo>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let (visitor, _guard) = changing(&request, &demo).await?;
    Ok(remembered(&visitor::rotate(&demo, &visitor, None).await?))
}

fn remembered(visitor: &Visitor) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if let Some(cookie) = &visitor.cookie {
        response.insert_header((SET_COOKIE, cookie.as_str()));
    }
    response.finish()
}
