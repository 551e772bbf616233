//! Complete flows of customers, whose every secret is a canary.

use anyhow::{Result, ensure};
use serde_json::json;

use super::gateway::{Act, LeakingGateway};
use super::odd::{self, Odd};
use super::place::Piece;
use super::secret::{Kind, Secrets};
use super::wire;
use crate::system::{Customer, Process, System};

/// The customers of a run.
pub(super) const CUSTOMERS: u64 = 64;

/// Of a number in the place of an object's key. It is one then, and the memory holds it like any other: as the key of the
/// last statement that a connection to the database sent, for example.
pub(super) const AS_A_KEY: &str = "a number as an object's key";

const CARD: &str = "/payments/stored-cards/card/";
const PHONE: &str = "/payments/stored-cards/phone-number/";
const OTP: &str = "/payments/stored-cards/otp/";

/// What flows happen in.
pub(super) struct Stage<'a> {
    pub(super) system: &'a System,
    pub(super) gateway: &'a LeakingGateway,
    pub(super) secrets: Secrets,
    /// That of all cards: each further one could be a number that is there by chance.
    cvv: String,
    /// Every byte that was answered.
    pub(super) responses: Vec<Piece>,
    /// What the metrics of the processes were.
    pub(super) metrics: Vec<Piece>,
    /// What Redis held in the middle of flows.
    pub(super) held: Vec<Piece>,
    customers: u64,
}

/// A customer's card.
pub(super) struct Submitted {
    customer: Customer,
    number: String,
    cvv: String,
    phone: String,
}

impl<'a> Stage<'a> {
    pub(super) fn new(system: &'a System, gateway: &'a LeakingGateway) -> Result<Self> {
        let mut secrets = Secrets::new()?;
        Ok(Self {
            system,
            gateway,
            cvv: secrets.cvv("a card"),
            secrets,
            responses: Vec::new(),
            metrics: Vec::new(),
            held: Vec::new(),
            customers: 0,
        })
    }

    /// The flows that one process serves.
    pub(super) async fn serve(&mut self, process: &Process) -> Result<()> {
        let url = &process.url;
        for _ in 0..4 {
            let submitted = self.new_customer("a saved card", url).await?;
            ensure!(
                self.save(url, &submitted).await? == 200,
                "a card is not saved"
            );
            self.reads_and_deletes(url, &submitted).await?;
        }
        self.wrong_codes(url).await?;
        for act in Act::ALL {
            self.leaked_by_gateway(url, act).await?;
        }
        self.odd_requests(url).await
    }

    /// Flows whose process ends in the middle: it is asked to, or killed.
    pub(super) async fn change_processes(&mut self, lasting: &Process) -> Result<Vec<Vec<String>>> {
        let mut logs = Vec::new();
        let process = self.process().await?;
        let restarted = self.new_customer("a restart", &process.url).await?;
        self.submit(&process.url, &restarted).await?;
        self.held.extend(super::redis::content(self.system).await?);
        self.metrics(&process.url).await?;
        let log = std::sync::Arc::clone(&process.log);
        process.stop().await?;
        logs.push(log.lines());
        let process = self.process().await?;
        ensure!(
            self.save_submitted(&process.url, &restarted).await? == 200,
            "a restart lost a card"
        );
        let killed = self.new_customer("a kill", &process.url).await?;
        self.submit(&process.url, &killed).await?;
        let code = self.ask(&process.url, &killed).await?;
        self.held.extend(super::redis::content(self.system).await?);
        let log = std::sync::Arc::clone(&process.log);
        process.kill()?;
        logs.push(log.lines());
        let status = self.enter(&lasting.url, &killed.customer, &code).await?;
        ensure!(status == 200, "a kill lost a card: {status}");
        Ok(logs)
    }

    /// A flow without canaries, after which nothing of an earlier one is the last thing that a process did.
    pub(super) async fn ordinary(&mut self, url: &str) -> Result<()> {
        let mut customer = self.next_customer();
        customer.log_in(url).await?;
        let (number, phone) = ("5528790000000008".to_owned(), customer.phone());
        let cvv = "123".to_owned();
        let ordinary = Submitted {
            customer,
            number,
            cvv,
            phone,
        };
        self.submit(url, &ordinary).await?;
        let body = json!({ "phone_number": ordinary.phone });
        let status = self
            .post(url, &ordinary.customer, PHONE, &body.to_string())
            .await?;
        ensure!(status == 204, "no code: {status}");
        let code = self.system.providers.newest_code(&ordinary.phone)?;
        let status = self
            .post(
                url,
                &ordinary.customer,
                OTP,
                &json!({ "otp": code }).to_string(),
            )
            .await?;
        ensure!(status == 200, "an ordinary card is not saved: {status}");
        Ok(())
    }

    pub(super) async fn metrics(&mut self, url: &str) -> Result<()> {
        let request = b"GET /metrics HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
        let bytes = wire::exchange(url, request).await?;
        ensure!(wire::status(&bytes) == 200, "no metrics");
        let name = "a page".to_owned();
        self.metrics.push(Piece { name, bytes });
        Ok(())
    }

    async fn process(&self) -> Result<Process> {
        self.system.process(&[]).await
    }

    fn next_customer(&mut self) -> Customer {
        self.customers += 1;
        self.system.customer(self.customers)
    }

    async fn new_customer(&mut self, of: &str, url: &str) -> Result<Submitted> {
        let mut customer = self.next_customer();
        customer.log_in(url).await?;
        Ok(Submitted {
            customer,
            number: self.secrets.number(of)?,
            cvv: self.cvv.clone(),
            phone: self.secrets.phone(of),
        })
    }

    /// Submits a card, asks for a code and enters it. Returns the last status.
    async fn save(&mut self, url: &str, submitted: &Submitted) -> Result<u16> {
        self.submit(url, submitted).await?;
        self.save_submitted(url, submitted).await
    }

    async fn save_submitted(&mut self, url: &str, submitted: &Submitted) -> Result<u16> {
        let code = self.ask(url, submitted).await?;
        self.enter(url, &submitted.customer, &code).await
    }

    async fn submit(&mut self, url: &str, submitted: &Submitted) -> Result<()> {
        let body = odd::card(&submitted.number, &submitted.cvv).to_string();
        let status = self.post(url, &submitted.customer, CARD, &body).await?;
        ensure!(status == 204, "a card is refused: {status}");
        Ok(())
    }

    /// Asks for a code. Returns it.
    async fn ask(&mut self, url: &str, submitted: &Submitted) -> Result<String> {
        let body = json!({ "phone_number": format!("0{}", submitted.phone) }).to_string();
        let status = self.post(url, &submitted.customer, PHONE, &body).await?;
        ensure!(status == 204, "no code is sent: {status}");
        let code = self.system.providers.newest_code(&submitted.phone)?;
        Ok(self.secrets.add(Kind::Code, code, "a code that was sent"))
    }

    async fn enter(&mut self, url: &str, customer: &Customer, code: &str) -> Result<u16> {
        let body = json!({ "otp": code }).to_string();
        self.post(url, customer, OTP, &body).await
    }

    /// Looks at a saved card in every way, names it by its number, and deletes it.
    async fn reads_and_deletes(&mut self, url: &str, submitted: &Submitted) -> Result<()> {
        let customer = &submitted.customer;
        let cards = customer.cards(url).await?;
        let path = format!("/payments/stored-cards/{}/", cards[0].0);
        let name = json!({ "name": submitted.number }).to_string();
        for (method, path, body) in [
            ("GET", "/payments/stored-cards/", ""),
            ("GET", PHONE, ""),
            ("PATCH", path.as_str(), name.as_str()),
            ("DELETE", path.as_str(), ""),
        ] {
            let odd = Odd::plain(method, path, body);
            self.send(url, customer, &odd).await?;
        }
        Ok(())
    }

    async fn wrong_codes(&mut self, url: &str) -> Result<()> {
        let of = "wrong codes";
        let submitted = self.new_customer(of, url).await?;
        self.submit(url, &submitted).await?;
        let code = self.ask(url, &submitted).await?;
        for _ in 0..5 {
            let wrong = self.secrets.wrong_code(of);
            let status = self.enter(url, &submitted.customer, &wrong).await?;
            ensure!(status == 400, "a wrong code is answered {status}");
        }
        let status = self.enter(url, &submitted.customer, &code).await?;
        ensure!(status != 200, "a sixth code is taken");
        Ok(())
    }

    async fn leaked_by_gateway(&mut self, url: &str, act: Act) -> Result<()> {
        let submitted = self
            .new_customer(&format!("a gateway's {act:?}"), url)
            .await?;
        let Submitted {
            customer,
            number,
            cvv,
            ..
        } = &submitted;
        self.gateway.plan(customer.number, act, number, cvv);
        self.save(url, &submitted).await?;
        let list = Odd::plain("GET", "/payments/stored-cards/", "");
        self.send(url, &submitted.customer, &list).await?;
        Ok(())
    }

    async fn odd_requests(&mut self, url: &str) -> Result<()> {
        let of = "a number in the wrong place";
        let submitted = self.new_customer(of, url).await?;
        for odd in odd::all(&submitted.number, &submitted.cvv) {
            self.send(url, &submitted.customer, &odd).await?;
        }
        let key = self.secrets.number(AS_A_KEY)?;
        for odd in odd::keys(&key) {
            self.send(url, &submitted.customer, &odd).await?;
        }
        Ok(())
    }

    async fn post(
        &mut self,
        url: &str,
        customer: &Customer,
        path: &str,
        body: &str,
    ) -> Result<u16> {
        self.send(url, customer, &Odd::plain("POST", path, body))
            .await
    }

    /// Sends a request, and keeps its response. Returns its status.
    async fn send(&mut self, url: &str, customer: &Customer, odd: &Odd) -> Result<u16> {
        let bytes = wire::exchange(url, &odd.bytes(customer)).await?;
        let status = wire::status(&bytes);
        let name = format!("{} {}", odd.method, odd.path);
        self.responses.push(Piece { name, bytes });
        Ok(status)
    }
}
