//! The table of the management routes, with their scopes and query parameters.

use std::sync::LazyLock;

use actix_web::http::Method;
use payments_core::record::Part;

use super::path::{key_name, segment_of};
use super::{PREFIX, filters};
use crate::scope::Scope;

/// The scope that a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A scope that is the same for every request.
    Scope(Scope),
    /// For each part in the document, the scope that writing it needs.
    ScopesOfDocument,
    /// For each part that a restoration changes, the scope that writing it needs.
    ScopesOfRestoration,
}

/// A method of a path.
#[derive(Clone, Debug)]
pub struct Route {
    /// The method; `GET` includes `HEAD`.
    pub method: Method,
    /// The path, as the API's description has it.
    pub path: String,
    /// The scope it needs.
    pub needs: Needs,
    /// The query parameters that it accepts.
    pub parameters: Vec<&'static str>,
}

/// Every route of the management API.
pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let fixed = FIXED.iter().map(|(method, path, needs, parameters)| Route {
        method: method.clone(),
        path: format!("{PREFIX}{path}"),
        needs: *needs,
        parameters: parameters.to_vec(),
    });
    fixed
        .chain(Part::ALL.into_iter().flat_map(of_part))
        .collect()
});

type Row = (Method, &'static str, Needs, &'static [&'static str]);

const FIXED: &[Row] = &[
    (
        Method::POST,
        "/import/",
        Needs::ScopesOfDocument,
        &["dry_run"],
    ),
    (Method::GET, "/export/", Needs::Scope(Scope::Admin), &[]),
    (
        Method::GET,
        "/explain/",
        Needs::Scope(Scope::Purchases),
        &[
            "context",
            "pk",
            "language",
            "bin",
            "saved_card",
            "customer",
            "at",
        ],
    ),
    (
        Method::GET,
        "/matrix/",
        Needs::Scope(Scope::Purchases),
        &[
            "context",
            "pk",
            "amount",
            "currency",
            "categories",
            "segments",
            "state",
            "at",
            "bank",
            "page",
            "page_size",
        ],
    ),
    (
        Method::POST,
        "/what-if/",
        Needs::Scope(Scope::Purchases),
        &["at"],
    ),
    (Method::POST, "/lint-rules/", Needs::Scope(Scope::Read), &[]),
    (Method::POST, "/quotes/", Needs::Scope(Scope::Quotes), &[]),
    (
        Method::POST,
        "/quotes/verify/",
        Needs::Scope(Scope::Quotes),
        &[],
    ),
    (
        Method::GET,
        "/audit/",
        Needs::Scope(Scope::Admin),
        &[
            "customer",
            "intent",
            "kind",
            "from",
            "to",
            "after",
            "page_size",
        ],
    ),
    (
        Method::GET,
        "/bin-coverage/",
        Needs::Scope(Scope::Read),
        &["days"],
    ),
    (
        Method::GET,
        "/proposals/",
        Needs::Scope(Scope::Read),
        &["state", "after", "page_size"],
    ),
    (
        Method::GET,
        "/proposals/{pk}/",
        Needs::Scope(Scope::Read),
        &[],
    ),
    (
        Method::POST,
        "/proposals/{pk}/approve/",
        Needs::Scope(Scope::Catalog),
        &[],
    ),
    (
        Method::POST,
        "/proposals/{pk}/reject/",
        Needs::Scope(Scope::Catalog),
        &[],
    ),
    (Method::GET, "/status/", Needs::Scope(Scope::Read), &[]),
    (
        Method::POST,
        "/status/check-providers/",
        Needs::Scope(Scope::Admin),
        &[],
    ),
    (
        Method::GET,
        "/history/",
        Needs::Scope(Scope::Read),
        &[
            "part",
            "key",
            "principal",
            "from",
            "to",
            "after",
            "page_size",
        ],
    ),
    (
        Method::GET,
        "/history/compare/",
        Needs::Scope(Scope::Read),
        &["from", "to", "part"],
    ),
    (
        Method::GET,
        "/history/export/",
        Needs::Scope(Scope::Read),
        &["at"],
    ),
    (
        Method::POST,
        "/history/restore/",
        Needs::ScopesOfRestoration,
        &["dry_run"],
    ),
    (
        Method::GET,
        "/customers/{pk}/saved-cards/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::GET,
        "/customers/{pk}/flows/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::GET,
        "/customers/{pk}/audit/",
        Needs::Scope(Scope::Support),
        &["after", "page_size"],
    ),
    (
        Method::DELETE,
        "/customers/{pk}/saved-cards/{card}/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::DELETE,
        "/customers/{pk}/sessions/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::GET,
        "/customers/{pk}/erase/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::POST,
        "/customers/{pk}/erase/",
        Needs::Scope(Scope::Support),
        &[],
    ),
    (
        Method::POST,
        "/saved-cards/{pk}/instrument/",
        Needs::Scope(Scope::Instrument),
        &[],
    ),
];

/// Query parameters of every list.
const PAGING: [&str; 4] = ["page", "page_size", "after", "count"];

fn of_part(part: Part) -> Vec<Route> {
    let list = format!("{PREFIX}/{}/", segment_of(part));
    let object = format!("{list}{{{}}}/", key_name(part));
    let (read, write) = (Scope::to_read(part), Scope::to_write(part));
    let filters = filters::of_part(part).iter().map(|one| one.name);
    let route = |method, path: &str, scope, parameters| Route {
        method,
        path: path.to_owned(),
        needs: Needs::Scope(scope),
        parameters,
    };
    let parameters = PAGING.into_iter().chain(filters).collect();
    vec![
        route(Method::GET, &list, read, parameters),
        route(Method::GET, &object, read, Vec::new()),
        route(Method::PUT, &object, write, Vec::new()),
        route(Method::PATCH, &object, write, Vec::new()),
        route(Method::DELETE, &object, write, Vec::new()),
    ]
}

/// The route of a request, if the path exists and has this method.
pub(super) fn route(method: &Method, path: &str) -> Option<&'static Route> {
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    ROUTES
        .iter()
        .find(|route| route.method == *method && matches(&route.path, path))
}

/// Whether a path without a slash at its end matches a pattern.
fn matches(pattern: &str, path: &str) -> bool {
    let mut given = path.split('/');
    let is_same = |segment: &str| match given.next() {
        Some(given) => segment.starts_with('{') && !given.is_empty() || given == segment,
        None => false,
    };
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    pattern.split('/').all(is_same) && given.next().is_none()
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::{Needs, Scope, route};

    #[test]
    fn routes_are_found_with_and_without_the_last_slash() {
        let needs = |method: &Method, path: &str| route(method, path).map(|route| route.needs);
        let scope = |scope| Some(Needs::Scope(scope));
        for path in [
            "/manage/v1/banks/",
            "/manage/v1/banks",
            "/manage/v1/banks/7/",
        ] {
            assert_eq!(needs(&Method::GET, path), scope(Scope::Read));
            assert_eq!(needs(&Method::HEAD, path), scope(Scope::Read));
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(needs(&method, "/manage/v1/pos/7"), scope(Scope::Admin));
            assert_eq!(needs(&method, "/manage/v1/rules/x/"), scope(Scope::Catalog));
        }
        assert_eq!(
            needs(&Method::DELETE, "/manage/v1/customers/7/sessions/"),
            scope(Scope::Support)
        );
        for path in [
            "/manage/v1/",
            "/manage/v1/banks//",
            "/manage/v1/banks/7/8/",
            "/manage/v1/nothing/",
            "/manage/v1/%62anks/",
            "/banks/",
        ] {
            assert_eq!(needs(&Method::GET, path), None, "{path}");
        }
        assert_eq!(needs(&Method::POST, "/manage/v1/banks/"), None);
    }
}
