//! A token that may read the catalog, and nothing else.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::request::unchanged;
use super::templates::{Sender, all};
use super::wire::Connection;

/// The token.
pub(super) const READER: &str = "reader";
/// SHA-256 of [`READER`].
pub(super) const READER_SHA256: &str =
    "3d0941964aa3ebdcb00ccef58b1bb399f9f898465e9886d5aec7f31090a0fb30";

/// The token reads the catalog, and every right request beyond its scope is refused for that reason.
pub(super) fn check(address: SocketAddr, quote: &str) -> Result<()> {
    let status = |method, path, body: &Value| -> Result<u16> {
        let request = unchanged(READER, method, path, body);
        let answer = Connection::to(address).send(&request)?;
        Ok(answer
            .with_context(|| format!("no answer to {}", request.name))?
            .status)
    };
    let read = status("GET", "/manage/v1/cards/", &Value::Null)?;
    ensure!(read == 200, "the reader's token reads no catalog: {read}");
    let templates = all(quote).into_iter();
    for template in templates.filter(|template| template.sender == Sender::Reader) {
        let body = template.body.unwrap_or_default();
        let (method, path) = (template.method, template.path);
        let refused = status(method, path, &body)?;
        ensure!(refused == 403, "{refused} to a reader's {method} {path}");
    }
    Ok(())
}
