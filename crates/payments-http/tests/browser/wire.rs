//! A reverse proxy between the browser and the service that fails on demand.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderName, RETRY_AFTER, TRANSFER_ENCODING,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::{Client, redirect};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The proxy responds with a page of its own that is not JSON.
    Status(u16),
    /// The request is never answered.
    Silence,
}

type Faults = Arc<Mutex<Vec<(&'static str, Fault)>>>;

/// The proxy; its faults can change while it runs.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) url: String,
    faults: Faults,
}

impl Wire {
    pub(crate) fn before(service: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let faults = Faults::default();
        let client = Client::builder().redirect(redirect::Policy::none()).build();
        let client = client.expect("a client");
        let shared = web::Data::new((service.to_owned(), client, Arc::clone(&faults)));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .default_service(web::to(pass))
        });
        let server = server.workers(1).bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.disable_signals().run());
        Self { url, faults }
    }

    /// Fails requests whose path begins like this, and no others.
    pub(crate) fn fail(&self, path: &'static str, fault: Fault) {
        self.mend();
        lock(&self.faults).push((path, fault));
    }

    /// Forwards all requests again.
    pub(crate) fn mend(&self) {
        lock(&self.faults).clear();
    }
}

fn lock(faults: &Faults) -> std::sync::MutexGuard<'_, Vec<(&'static str, Fault)>> {
    faults.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(
    request: HttpRequest,
    body: web::Bytes,
    shared: web::Data<(String, Client, Faults)>,
) -> HttpResponse {
    let (service, client, faults) = &**shared;
    let path = request.path();
    let fault = lock(faults)
        .iter()
        .find(|(beginning, _)| path.starts_with(beginning))
        .map(|(_, fault)| *fault);
    match fault {
        Some(Fault::Status(status)) => refused(status),
        Some(Fault::Silence) => std::future::pending().await,
        None => forward(service, client, &request, body).await,
    }
}

fn refused(status: u16) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).expect("a status"))
        .insert_header((RETRY_AFTER, "300"))
        .content_type("text/html")
        .body("<h1>The proxy's own words</h1>")
}

async fn forward(
    service: &str,
    client: &Client,
    request: &HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let method = Method::as_str(request.method());
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut asked = client.request(method, format!("{service}{}", request.uri()));
    for (name, value) in request.headers() {
        if *name != HOST {
            asked = asked.header(name.as_str(), value.as_bytes());
        }
    }
    let Ok(answer) = asked.body(body).send().await else {
        return refused(502);
    };
    let status = StatusCode::from_u16(answer.status().as_u16()).expect("a status");
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).expect("a name");
        if ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            response.append_header((name, value.as_bytes()));
        }
    }
    response.body(answer.bytes().await.unwrap_or_default())
}
