//! The address of the client behind a request.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The address of the peer; none where the connection has no address.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip())
}
