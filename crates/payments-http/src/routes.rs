//! How a path is mounted: with and without its last slash, and with an answer to every method.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, web};

use crate::error::{ApiError, Problem};

/// A path that can be read.
pub fn get<F, Args>(paths: [&str; 2], handler: F) -> Resource
where
    F: Handler<Args> + Copy,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    readable(web::resource(paths.map(str::to_owned).to_vec()), handler)
        .default_service(web::to(|request| other_methods(request, "GET, HEAD, OPTIONS")))
}

/// A path that can be posted to.
pub fn post<F, Args>(paths: [&str; 2], handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(paths.map(str::to_owned).to_vec())
        .route(web::post().to(handler))
        .default_service(web::to(|request| other_methods(request, "POST, OPTIONS")))
}

/// Adds `GET` and `HEAD`.
pub fn readable<F, Args>(resource: Resource, handler: F) -> Resource
where
    F: Handler<Args> + Copy,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource.route(web::get().to(handler)).route(web::head().to(handler))
}

/// `OPTIONS` is told what there is, every other method that it is not allowed.
pub async fn other_methods(
    request: HttpRequest,
    allow: &'static str,
) -> Result<HttpResponse, ApiError> {
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, allow)).finish());
    }
    Err(ApiError { allow: Some(allow), ..ApiError::new(Problem::MethodNotAllowed) })
}

/// What answers where there is no path.
pub async fn not_found() -> ApiError {
    ApiError::new(Problem::NotFound)
}
