//! Where a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The address that limits count by.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip())
}
