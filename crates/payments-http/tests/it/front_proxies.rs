//! The service behind nginx and Caddy, with the files of `deploy/` except for addresses and TLS.

use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::app::{GOOD_NUMBER, json};
use crate::program::Program;

const SESSION: &str = "osessionid=demo_customer_0000000000000000001";

/// For a proxy to listen, and for a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A proxy process; killed on drop.
struct Proxy {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Proxy {
    async fn start(mut command: Command, folder: TempDir, address: SocketAddr) -> Self {
        let log = folder.path().join("output");
        let output = File::create(&log).expect("a file");
        let mut child = command
            .stdout(output.try_clone().expect("a file"))
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}; `cargo xtask test` installs it"));
        let listens = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            while TcpStream::connect(address).is_err() {
                let end = child.try_wait().expect("its state");
                let output = || fs::read_to_string(&log).unwrap_or_default();
                assert!(end.is_none(), "{command:?} ended: {}", output());
                ticks.tick().await;
            }
        };
        let listens = tokio::time::timeout(TIMEOUT, listens).await;
        listens.unwrap_or_else(|_| panic!("{command:?} does not listen"));
        Self {
            child,
            address,
            _folder: folder,
        }
    }

    async fn nginx(program: &Program) -> Self {
        let (folder, own) = (TempDir::new().expect("a folder"), free_address());
        let listen = format!("listen {own}");
        let site = replaced(
            "nginx/payments.conf",
            &[
                ("listen 443 ssl", &listen),
                ("127.0.0.1:8080", address(program)),
            ],
        );
        // The test's server has no TLS.
        let site: Vec<_> = site
            .lines()
            .filter(|line| !line.contains("ssl_certificate"))
            .collect();
        let place = folder.path().display();
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {place}/{name};"));
        let configuration = format!(
            "daemon off; master_process off; pid {place}/pid; error_log {place}/error;\nevents {{}}\n\
             http {{ access_log off; {}\n{} }}",
            paths.concat(),
            site.join("\n")
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("a file");
        let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];
        let nginx = nginx.into_iter().find(|path| Path::new(path).exists());
        let mut command = Command::new(nginx.unwrap_or("nginx"));
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file);
        Self::start(command, folder, own).await
    }

    async fn caddy(program: &Program) -> Self {
        let (folder, own) = (TempDir::new().expect("a folder"), free_address());
        // Without `bind` Caddy listens on every address.
        let site = format!("http://{own} {{\n\tbind {}", own.ip());
        let configuration = replaced(
            "caddy/Caddyfile",
            &[
                ("shop.example.com {", &site),
                ("127.0.0.1:8080", address(program)),
                ("{\n\tservers {", "{\n\tadmin off\n\tservers {"),
            ],
        );
        let file = folder.path().join("Caddyfile");
        fs::write(&file, configuration).expect("a file");
        let mut command = Command::new("caddy");
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file);
        command
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path());
        Self::start(command, folder, own).await
    }
}

/// An address that no other process takes before the proxy does: the tests' other listeners use 127.0.0.1.
fn free_address() -> SocketAddr {
    static LAST: AtomicU8 = AtomicU8::new(0);
    let own = Ipv4Addr::new(127, 0, 6, 1 + LAST.fetch_add(1, Ordering::Relaxed));
    let listener = TcpListener::bind((own, 0)).expect("a port");
    listener.local_addr().expect("its address")
}

fn address(program: &Program) -> &str {
    program.url.trim_start_matches("http://")
}

/// A file of `deploy/` with each of these texts replaced; it must contain all of them.
fn replaced(file: &str, replacements: &[(&str, &str)]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(file);
    let mut text = fs::read_to_string(path).expect("the example");
    for (from, to) in replacements {
        assert!(text.contains(from), "{from} is not in {file}");
        text = text.replace(from, to);
    }
    text
}

fn client_at(address: [u8; 4]) -> Client {
    drop(crate::app::client());
    let client = Client::builder().local_address(IpAddr::from(address));
    client.timeout(TIMEOUT).build().expect("a client")
}

fn service() -> Program {
    Program::start(&[
        ("http.trusted_proxies", "127.0.0.1"),
        ("http.max_connections_per_peer", "1"),
        ("http.max_connections", "8"),
    ])
}

async fn customers_are_served(proxy: &Proxy) {
    let client = client_at([127, 0, 5, 1]);
    let get = async |path: &str| {
        let request = client
            .get(format!("http://{}{path}", proxy.address))
            .header("cookie", SESSION);
        // A forwarding header that no proxy set.
        let request = request.header("x-forwarded-for", "203.0.113.7");
        request.send().await.expect("an answer")
    };
    for path in [
        "/payments/cards/basket/",
        "/payments/cards/product/1/",
        "/masterpass-js/",
    ] {
        assert_eq!(get(path).await.status(), StatusCode::OK, "{path}");
    }
    for path in [
        "/manage/v1/banks/",
        "/metrics",
        "/health/ready",
        "/docs/",
        "/openapi.json",
        "/",
    ] {
        assert_eq!(get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let token = json(get("/csrf_token/").await).await;
    let card = format!(
        r#"{{"card_holder":"Ayse Kaya","card_number":"{GOOD_NUMBER}","card_month":"12","card_year":"2035","card_cvv":"737","consent":true}}"#
    );
    let request = client.post(format!(
        "http://{}/payments/stored-cards/card/",
        proxy.address
    ));
    let request = request
        .header("cookie", SESSION)
        .header("content-type", "application/json");
    let request = request.header(
        "x-csrftoken",
        token["csrf_token"].as_str().expect("a token"),
    );
    let answer = request.body(card).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

/// More half-sent requests than the service's connection limit.
async fn slow_bodies_stay_with_the_proxy(proxy: &Proxy) {
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = tokio::net::TcpStream::connect(proxy.address)
            .await
            .expect("a connection");
        let head = format!(
            "POST /payments/stored-cards/card/ HTTP/1.1\r\nHost: {}\r\nCookie: {SESSION}\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
            proxy.address
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        slow.push(stream);
    }
    let client = client_at([127, 0, 5, 2]);
    for _ in 0..20 {
        let request = client.get(format!(
            "http://{}/payments/cards/product/1/",
            proxy.address
        ));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

/// The service logs the customer's address: not the proxy's, and not one that the customer claims. Half-sent requests
/// did not reach it.
fn only_complete_requests_arrived_each_with_its_address(program: Program) {
    let lines = program.stop();
    let requests = |path: &str| {
        let of_path = lines.iter().filter(|line| line.contains(path));
        let parsed = of_path.map(|line| serde_json::from_str(line).expect("JSON"));
        parsed.collect::<Vec<Value>>()
    };
    for path in ["/payments/cards/basket/", "/payments/stored-cards/card/"] {
        let requests = requests(path);
        assert_eq!(requests.len(), 1, "{path}");
        for request in requests {
            assert_eq!(request["client"], "127.0.5.0/24", "{request}");
        }
    }
}

#[tokio::test]
async fn nginx_as_in_our_example_serves_customers_and_keeps_slow_ones_away() {
    let program = service();
    let proxy = Proxy::nginx(&program).await;
    customers_are_served(&proxy).await;
    slow_bodies_stay_with_the_proxy(&proxy).await;
    drop(proxy);
    only_complete_requests_arrived_each_with_its_address(program);
}

#[tokio::test]
async fn caddy_as_in_our_example_serves_customers_and_keeps_slow_ones_away() {
    let program = service();
    let proxy = Proxy::caddy(&program).await;
    customers_are_served(&proxy).await;
    slow_bodies_stay_with_the_proxy(&proxy).await;
    drop(proxy);
    only_complete_requests_arrived_each_with_its_address(program);
}
