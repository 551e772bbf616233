//! The three steps of a key rotation, by two processes that restart one after the other while customers save cards.

use payments_store::testing::{REDIS_URL, TestDatabase, key_prefix, named};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::journey::{Customer, SAVED};
use crate::app::json as read_json;
use crate::program::{Program, run};

const OLD: &str = "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const NEW: &str = "2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
const OTHER_NEW: &str = "2:enl4d3Z1dHNycXBvbm1sa2ppaGdmZWRjYmF6eXh3dnU=";
const LASTING_KEY: &str = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

/// The settings that the processes share.
struct Shared {
    database: TestDatabase,
    redis: String,
    prefix: String,
}

impl Shared {
    async fn new() -> Self {
        Self {
            database: TestDatabase::migrated().await,
            redis: named(REDIS_URL),
            prefix: key_prefix(),
        }
    }

    fn settings<'s>(&'s self, ring: &'s str) -> [(&'s str, &'s str); 6] {
        [
            ("database.url", &self.database.url),
            ("flows.url", &self.redis),
            ("flows.key_prefix", &self.prefix),
            ("security.key_ring", ring),
            ("security.lasting_key", LASTING_KEY),
            ("gateways.sandbox_ledger_file", ""),
        ]
    }

    fn start(&self, ring: &[&str]) -> Program {
        Program::start(&self.settings(&ring.join(",")))
    }

    /// The error of a process that must not start with this ring.
    fn refusal(&self, ring: &[&str]) -> String {
        let ring = ring.join(",");
        let mut settings = self.settings(&ring).to_vec();
        settings.push(("log.filter", "off"));
        let output = run(&["serve"], &settings);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("payments: security.key_ring "), "{said}");
        said
    }

    /// Pretends that key 1 last sealed something ten minutes ago.
    async fn forget_what_key_1_sealed(&self) {
        let (login, rest) = self.redis.split_once('@').expect("a password");
        let (_, password) = login.rsplit_once(':').expect("a password");
        let (address, _) = rest.split_once('/').expect("a database");
        let mut link = TcpStream::connect(address).await.expect("Redis");
        let rings = format!("{}:rings", self.prefix);
        let ask = format!("AUTH payments {password}\r\nHKEYS {rings}\r\n");
        link.write_all(ask.as_bytes()).await.expect("asked");
        let mut answer = String::new();
        while !answer.contains("sealed:1-") {
            let mut bytes = [0; 4_096];
            let length = link.read(&mut bytes).await.expect("an answer");
            assert!(length > 0, "{answer}");
            answer.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        let sealed = answer.lines().find(|line| line.starts_with("sealed:1-"));
        let forget = format!("HDEL {rings} {}\r\nQUIT\r\n", sealed.expect("a mark"));
        link.write_all(forget.as_bytes()).await.expect("asked");
        drop(link.read_to_string(&mut answer).await);
    }
}

/// A customer's card and code, which move between both processes.
async fn goes_through(customer: &Customer, from: &Program, to: &Program) {
    assert_eq!(customer.hold(&from.url).await.status(), 204);
    let code = customer.ask_for_code(&from.url).await;
    assert_eq!(customer.submit(&to.url, &code).await, 200);
    assert_eq!(customer.saved(&from.url).await, 1);
}

#[tokio::test]
async fn customers_under_way_lose_nothing_while_processes_take_the_three_steps_one_by_one() {
    let shared = Shared::new().await;
    let (mut one, mut other) = (shared.start(&[OLD]), shared.start(&[OLD]));
    let with_old_token = Customer::of(&one.url).await;
    goes_through(&with_old_token, &one, &other).await;
    for ring in [[OLD, NEW].as_slice(), &[NEW, OLD], &[NEW]] {
        let is_last = ring == [NEW];
        let with_new_token = Customer::of(&one.url).await;
        if is_last {
            let said = shared.refusal(&[NEW]);
            assert!(said.contains("lacks key 1"), "{said}");
            shared.forget_what_key_1_sealed().await;
        }
        let customer = if is_last {
            &with_new_token
        } else {
            &with_old_token
        };
        for _ in 0..2 {
            // Started at the process that restarts, and finished while only one of the two has taken the step.
            assert_eq!(customer.hold(&one.url).await.status(), 204);
            let code = customer.ask_for_code(&one.url).await;
            one.stop();
            one = shared.start(ring);
            assert_eq!(customer.submit(&other.url, &code).await, 200, "{ring:?}");
            goes_through(customer, &one, &other).await;
            goes_through(customer, &other, &one).await;
            std::mem::swap(&mut one, &mut other);
        }
    }
    // An open page has to fetch a new token, and loses nothing else.
    let answer = with_old_token.get(&one.url, SAVED).await;
    assert_eq!(answer.status(), 403);
    let detail = read_json(answer).await["detail"].clone();
    let sentence = "The security token is not valid. Please refresh the page and try again.";
    assert_eq!(detail, sentence);
}

#[tokio::test]
async fn a_step_in_the_wrong_order_is_refused_at_the_start_and_harms_no_customer() {
    let shared = Shared::new().await;
    let old = shared.start(&[OLD]);
    let customer = Customer::of(&old.url).await;
    assert_eq!(customer.hold(&old.url).await.status(), 204);
    let code = customer.ask_for_code(&old.url).await;
    let refused = |ring: &[&str], words: &str| {
        let said = shared.refusal(ring);
        assert!(said.contains(words), "{ring:?}: {said}");
    };
    refused(
        &[NEW, OLD],
        "seals with key 2, which another process does not have",
    );
    refused(&[NEW], "lacks key 1");
    let added = shared.start(&[OLD, NEW]);
    refused(&[OLD, OTHER_NEW], "not the key 2 of another process");
    assert_eq!(customer.submit(&added.url, &code).await, 200);
    old.stop();
    let first = shared.start(&[NEW, OLD]);
    refused(&[OLD], "lacks key 2");
    goes_through(&customer, &first, &added).await;
}
