//! Logging in and out: as the visitor's own demo customer, whom the basket remembers.

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{authorized, basket_of};
use crate::error::ApiError;
use crate::shop::visitor::{self, Visitor};
use crate::state::AppState;

pub(super) async fn log_in(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let visitor = authorized(&request, &state).await?;
    let customer = basket_of(&state, &visitor).await?.customer;
    Ok(remembered(
        &visitor::rotate(&state, &visitor, customer).await?,
    ))
}

pub(super) async fn log_out(
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let visitor = authorized(&request, &state).await?;
    Ok(remembered(&visitor::rotate(&state, &visitor, None).await?))
}

fn remembered(visitor: &Visitor) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    if let Some(cookie) = &visitor.cookie {
        response.insert_header((SET_COOKIE, cookie.as_str()));
    }
    response.finish()
}
