//! `/docs/plain/`: the description for people, as one page that loads nothing.

use std::fmt::Write as _;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::Description;

pub(super) async fn show(description: web::Data<Description>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .content_type("text/html; charset=utf-8")
        .body(description.made().page.clone())
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
    padding:0 1rem;color:#1c2430}code,pre{font:14px/1.4 ui-monospace,monospace}\
    pre{background:#f4f6f9;padding:.8rem;overflow:auto}summary{cursor:pointer;padding:.3rem 0}\
    .m{display:inline-block;min-width:4.5rem;font-weight:700}td,th{text-align:left;\
    padding:.1rem .8rem .1rem 0;vertical-align:top}";

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) fn page(document: &OpenApi) -> String {
    let document = serde_json::to_value(document).unwrap_or_default();
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Payments API</title>\
         <style>{STYLE}</style></head><body><h1>{} {}</h1><p>{}</p>\
         <p>For machines: <a href=\"/openapi.json\">/openapi.json</a></p>",
        text(&document["info"]["title"]),
        text(&document["info"]["version"]),
        text(&document["info"]["description"]),
    );
    for tag in entries(&document["tags"]) {
        let _ = write!(page, "<h2>{}</h2>", text(&tag["description"]));
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let operation = &item[method];
                if operation["tags"][0] == tag["name"] {
                    write_operation(&mut page, method, path, operation);
                }
            }
        }
    }
    page.push_str("<h2>Schemas</h2>");
    for (name, schema) in document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let schema = escaped(&format!("{schema:#}"));
        let _ = write!(
            page,
            "<details><summary><code>{}</code></summary><pre>{schema}</pre></details>",
            escaped(name),
        );
    }
    page.push_str("</body></html>");
    page
}

fn write_operation(page: &mut String, method: &str, path: &str, operation: &Value) {
    let _ = write!(
        page,
        "<details><summary><span class=\"m\">{}</span> <code>{}</code> {}</summary><p>{}</p><table>",
        method.to_uppercase(),
        escaped(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    );
    for parameter in entries(&operation["parameters"]) {
        let _ = write!(
            page,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            text(&parameter["name"]),
            text(&parameter["in"]),
            text(&parameter["description"]),
        );
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let _ = write!(
            page,
            "<tr><td>{}</td><td></td><td>{}</td></tr>",
            escaped(status),
            text(&response["description"]),
        );
    }
    page.push_str("</table>");
    for (title, body) in [
        (
            "Request",
            &operation["requestBody"]["content"]["application/json"]["example"],
        ),
        (
            "Answer",
            &operation["responses"]["200"]["content"]["application/json"]["example"],
        ),
    ] {
        if !body.is_null() {
            let _ = write!(
                page,
                "<p>{title}</p><pre>{}</pre>",
                escaped(&format!("{body:#}"))
            );
        }
    }
    page.push_str("</details>");
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
