//! Mounts paths: with and without a slash at the end, and with a response to every method.

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route, web};

use crate::error::{ApiError, Problem};

/// A path that can be read.
pub(crate) fn get<F, Args>(paths: [&str; 2], handler: F) -> Resource
where
    F: Handler<Args> + Copy,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    readable(resource(paths), handler).default_service(no_other("GET, HEAD, OPTIONS"))
}

/// A path that can be posted to.
pub(crate) fn post<F, Args>(paths: [&str; 2], handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(paths)
        .route(web::post().to(handler))
        .default_service(no_other("POST, OPTIONS"))
}

/// A path, as written with and without its last slash.
pub(crate) fn resource(paths: [&str; 2]) -> Resource {
    web::resource(paths.map(str::to_owned).to_vec())
}

/// Handles the methods a path does not have; `allow` names those it has.
pub(crate) fn no_other(allow: &'static str) -> Route {
    web::to(move |request: HttpRequest| other_methods(request, allow))
}

/// Adds `GET` and `HEAD`.
pub(crate) fn readable<F, Args>(resource: Resource, handler: F) -> Resource
where
    F: Handler<Args> + Copy,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource
        .route(web::get().to(handler))
        .route(web::head().to(handler))
}

/// Answers `OPTIONS` with the allowed methods, and every other method with 405.
///
/// # Errors
/// 405.
#[expect(
    clippy::unused_async,
    reason = "Actix takes asynchronous handlers only"
)]
pub(crate) async fn other_methods(
    request: HttpRequest,
    allow: &'static str,
) -> Result<HttpResponse, ApiError> {
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent()
            .insert_header((ALLOW, allow))
            .finish());
    }
    Err(ApiError {
        allow: Some(allow),
        ..ApiError::new(Problem::MethodNotAllowed)
    })
}

/// The response to unknown paths.
pub(crate) async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(Problem::NotFound.into())
}
