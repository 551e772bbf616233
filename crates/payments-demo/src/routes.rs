//! Mounts the shop's paths, with and without a trailing slash.

use actix_web::{FromRequest, Handler, Resource, Responder, Route, web};

#[derive(Clone, Copy)]
pub(crate) struct Routes {
    pub(crate) other_methods: fn(&'static str) -> Route,
}

impl Routes {
    pub(crate) fn get<F, Args>(self, paths: [&str; 2], handler: F) -> Resource
    where
        F: Handler<Args> + Copy,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        readable(resource(paths), handler)
            .default_service((self.other_methods)("GET, HEAD, OPTIONS"))
    }

    pub(crate) fn post<F, Args>(self, paths: [&str; 2], handler: F) -> Resource
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        resource(paths)
            .route(web::post().to(handler))
            .default_service((self.other_methods)("POST, OPTIONS"))
    }
}

pub(crate) fn resource(paths: [&str; 2]) -> Resource {
    web::resource(paths.map(str::to_owned).to_vec())
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
