//! A response of the service, recorded to be sent again.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use anyhow::{Result, ensure};
use payments_bench::http::Response;

/// The service's own body and headers, without those that the server writes by itself.
#[derive(Clone)]
pub(crate) struct Recorded {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Recorded {
    pub(crate) fn of(response: &Response) -> Result<Self> {
        const BY_THE_SERVER: [&str; 4] =
            ["connection", "content-length", "date", "transfer-encoding"];
        let status = response.status();
        ensure!(status == 200, "the service responds with {status}");
        let mut headers = Vec::new();
        for (name, value) in response.headers() {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            if !BY_THE_SERVER.contains(&name.as_str()) {
                headers.push((name, HeaderValue::from_str(value)?));
            }
        }
        Ok(Self {
            headers,
            body: Bytes::copy_from_slice(response.body()),
        })
    }

    pub(crate) fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        response.body(self.body.clone())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;
    use payments_bench::http::Response;

    use super::Recorded;

    #[test]
    fn the_recorded_body_is_sent_with_the_recorded_headers() {
        let bytes =
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVary: Cookie\r\nDate: today\r\n\r\n{}";
        let mut response = Response::empty();
        response.receive(&mut &bytes[..]).unwrap();
        let recorded = Recorded::of(&response).unwrap();
        let response = recorded.response();
        let names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!((names, &recorded.body[..]), (vec!["vary"], &b"{}"[..]));
    }
}
