//! Startup and shutdown.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::StatusCode;

use crate::app::client;
use crate::program::{self, Program};

fn signal(process: u32, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), process.to_string()])
        .status();
    assert!(sent.expect("kill").success());
}

/// A free port of an address that no other test uses.
fn own_address() -> String {
    let listener = TcpListener::bind("127.0.7.1:0").expect("a port");
    listener.local_addr().expect("its address").to_string()
}

/// A Redis that accepts connections and never replies, and a program that is waiting for it.
fn starting(bind: &str) -> (Child, Vec<TcpStream>, tempfile::TempDir) {
    let redis = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("redis://{}", redis.local_addr().expect("its address"));
    let folder = tempfile::TempDir::new().expect("a folder");
    let settings = [
        ("http.bind", bind),
        ("flows.url", url.as_str()),
        ("flows.wait_timeout_seconds", "10"),
    ];
    let child = program::command(&folder, &["serve"], &settings)
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program");
    let (stream, _) = redis.accept().expect("a connection");
    (child, vec![stream], folder)
}

#[test]
fn no_client_can_connect_before_the_stores_are_ready_and_a_stop_then_exits_cleanly() {
    let bind = own_address();
    let (mut child, _redis, _folder) = starting(&bind);
    let connected = TcpStream::connect(&bind);
    let refused = connected.expect_err("no listener").kind();
    assert_eq!(refused, std::io::ErrorKind::ConnectionRefused);
    signal(child.id(), "TERM");
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_port_in_use_is_noticed_before_any_store_is_opened() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let bind = taken.local_addr().expect("its address").to_string();
    let output = program::run(
        &["serve"],
        &[("http.bind", &bind), ("database.url", "sqlite:/dev/null/x")],
    );
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("http.bind: cannot listen on"), "{text}");
}

#[tokio::test]
async fn a_hang_up_signal_is_logged_and_changes_nothing() {
    let program = Program::start(&[]);
    signal(program.id(), "HUP");
    let url = format!("{}/health/live", program.url);
    for _ in 0..3 {
        let answer = client().get(&url).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let lines = program.stop();
    assert!(
        lines.iter().any(|line| line.contains("SIGHUP")),
        "{lines:?}"
    );
}

mod stopping {
    use super::Duration;
    use payments_http::Application;
    use payments_http::settings::{Sources, load};
    use payments_http::signals::Stop;
    use tokio::io::AsyncWriteExt as _;

    use crate::setup::Fixture;

    #[tokio::test]
    async fn requests_in_flight_and_work_left_behind_have_one_deadline_together() {
        const SECONDS: u64 = 5;
        let fixture = Fixture::new().await;
        let seconds = SECONDS.to_string();
        let settings = [
            ("http.shutdown_timeout_seconds", seconds.as_str()),
            ("gateways.sandbox_ledger_file", ""),
        ];
        let sources = Sources {
            files: Vec::new(),
            environment: fixture.variables(&settings),
        };
        let settings = load(&sources).expect("settings").settings;
        let application = Application::build(settings).await.expect("a service");
        let (port, state) = (application.port(), application.state().clone());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let running = tokio::spawn(application.run_until(async move {
            stopped.await.expect("a signal");
            Stop::Gracefully
        }));
        // A deletion whose gateway does not respond.
        state.tasks.spawn(std::future::pending::<()>());
        let mut connection = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("a connection");
        let request = "POST /manage/v1/import/ HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer demo\r\n\
                       Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        connection
            .write_all(request.as_bytes())
            .await
            .expect("sent");
        // Waits until the service has the request.
        let live = format!("http://127.0.0.1:{port}/health/live");
        crate::app::client()
            .get(live)
            .send()
            .await
            .expect("an answer");
        let start = payments_http::clock::instant();
        stop.send(()).expect("a service");
        running.await.expect("an end").expect("a good end");
        let taken = start.elapsed();
        let timeout = Duration::from_secs(SECONDS);
        assert!(taken >= timeout, "it did not wait: {taken:?}");
        assert!(taken < timeout * 2, "it waited twice: {taken:?}");
    }
}
