//! What pages of other origins may read: the installment component, and the public listing of a product it shows.
//!
//! Both are the same for everybody, so no credentials are allowed, and none are needed. Refusals are readable too, or
//! the component could not tell a product that is not there from a service that is away.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::middleware::Next;

const PUBLIC: [&str; 2] = ["/payments/cards/product/", "/static/component/"];

/// Says so in the answer.
///
/// # Errors
/// Those of the handlers.
pub async fn allow<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let is_public = PUBLIC
        .iter()
        .any(|prefix| request.path().starts_with(prefix));
    let mut response = next.call(request).await?;
    if is_public {
        let everybody = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, everybody);
    }
    Ok(response)
}
