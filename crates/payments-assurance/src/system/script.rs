//! What a customer does, before and after a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::StatusCode;

use super::{Answer, Card, Customer, System};
use crate::proof::{now, since};

/// Within this time after a fault, a customer who tries again has saved the card.
const PATIENCE: Duration = Duration::from_mins(3);
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// How often most customers repeat a code before they enter the card again. A saving that had not reached the gateway is
/// resumed by then.
const REPEATED: u32 = 12;
/// One in this many customers repeats the code until the answer is final.
const PATIENT: u64 = 13;

/// What a fault disturbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// A customer saves a first card.
    First,
    /// A customer saves the same card again, whose former token is deleted then.
    Again,
    /// A customer deletes a card.
    Delete,
}

/// The customer's next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    LogIn,
    Card,
    Phone,
    Code,
    Delete(i64),
    Done,
}

/// A customer in a scenario.
pub struct Script {
    system: Arc<System>,
    customer: Customer,
    card: Card,
    scenario: Scenario,
    /// The first request after the log-in.
    first: Step,
    step: Step,
    /// How often the customer repeats a code before entering the card again.
    pub repeats: u32,
    /// Set to send no further request.
    pub is_stopped: Arc<AtomicBool>,
    /// Whether the answer to the last request was lost.
    pub is_lost: bool,
}

impl Script {
    /// Logs in, and does what comes before the scenario, at a process without faults.
    ///
    /// # Errors
    /// A request is not answered as it should.
    pub async fn begin(
        system: &Arc<System>,
        url: &str,
        number: u64,
        scenario: Scenario,
    ) -> Result<Self> {
        let mut customer = system.customer(number);
        customer.log_in(url).await?;
        let mut script = Self {
            system: Arc::clone(system),
            customer,
            card: Card::new(number)?,
            scenario,
            first: Step::Card,
            step: Step::Card,
            repeats: if number.is_multiple_of(PATIENT) {
                u32::MAX
            } else {
                REPEATED
            },
            is_stopped: Arc::default(),
            is_lost: false,
        };
        if scenario == Scenario::First {
            return Ok(script);
        }
        script.go_on(url).await?;
        let cards = script.cards(url).await?;
        let (pk, _) = cards.first().context("no saved card")?;
        script.first = match scenario {
            Scenario::Delete => Step::Delete(*pk),
            Scenario::First | Scenario::Again => Step::Card,
        };
        script.step = script.first;
        Ok(script)
    }

    /// Makes the log-in a part of the scenario.
    pub const fn log_in_first(&mut self) {
        self.step = Step::LogIn;
    }

    /// Says whether faults disturb the requests from now on.
    pub fn disturb(&self, is_disturbed: bool) {
        self.customer.disturb(is_disturbed);
    }

    /// Whether everything was answered as it should.
    pub fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Sends the requests one after the other, until there is no answer, or another than in the best case.
    ///
    /// # Errors
    /// The answer to what succeeded cannot be noted.
    pub async fn run(&mut self, url: &str) -> Result<()> {
        self.customer.disturb(true);
        while !self.is_done() && !self.is_stopped.load(Ordering::SeqCst) {
            let answer = self.request(url).await?;
            self.is_lost = answer.is_none();
            if !answer.is_some_and(|answer| is_success(&answer)) {
                break;
            }
            self.advance()?;
        }
        self.customer.disturb(false);
        Ok(())
    }

    /// Tries again at a process that survives, until the card is saved or deleted.
    ///
    /// Returns how long that took.
    ///
    /// # Errors
    /// There is no answer, or one that should not be, or the customer does not get on.
    pub async fn finish(mut self, url: &str) -> Result<Duration> {
        let started = now();
        self.go_on(url).await?;
        let taken = since(started);
        let cards = self.cards(url).await?;
        let expected = usize::from(self.scenario != Scenario::Delete);
        ensure!(cards.len() == expected, "{} cards are listed", cards.len());
        Ok(taken)
    }

    /// The saved cards, as soon as they are listed.
    async fn cards(&self, url: &str) -> Result<Vec<(i64, String)>> {
        let started = now();
        loop {
            match self.customer.cards(url).await {
                Err(_) if since(started) < PATIENCE => tokio::time::sleep(PAUSE).await,
                listed => return listed,
            }
        }
    }

    /// As [`Script::finish`], without a look at the list of cards.
    ///
    /// # Errors
    /// As [`Script::finish`].
    pub async fn go_on(&mut self, url: &str) -> Result<()> {
        let (started, mut repeated) = (now(), 0);
        while !self.is_done() {
            let answer = self.request(url).await?.context("no answer")?;
            ensure!(
                since(started) < PATIENCE,
                "the customer does not get on at {:?}: {answer:?}",
                self.step
            );
            match (self.step, answer.status) {
                _ if is_success(&answer) => self.advance()?,
                (Step::Delete(_), 404) => self.step = Step::Done,
                (Step::Code, 503) if repeated < self.repeats => {
                    repeated += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                (Step::Code, _) => self.step = Step::Card,
                (_, 503) => tokio::time::sleep(PAUSE).await,
                (step, _) => bail!("{step:?} was answered {answer:?}"),
            }
        }
        Ok(())
    }

    async fn request(&mut self, url: &str) -> Result<Option<Answer>> {
        let customer = &mut self.customer;
        Ok(match self.step {
            Step::LogIn => customer.fetch_token(url).await,
            Step::Card => customer.card(url, &self.card).await,
            Step::Phone => customer.ask_for_code(url).await,
            Step::Code => {
                if let Ok(code) = self.system.providers.newest_code(&customer.phone()) {
                    customer.enter(url, &code).await
                } else {
                    // The message is late or lost.
                    tokio::time::sleep(PAUSE).await;
                    self.step = Step::Phone;
                    customer.ask_for_code(url).await
                }
            }
            Step::Delete(pk) => customer.delete(url, pk).await,
            Step::Done => bail!("there is no further request"),
        })
    }

    fn advance(&mut self) -> Result<()> {
        self.step = match self.step {
            Step::LogIn => self.first,
            Step::Card => Step::Phone,
            Step::Phone => Step::Code,
            Step::Code => {
                let is_deleted = self.scenario == Scenario::Delete;
                self.customer.note_saved(&self.card, is_deleted)?;
                Step::Done
            }
            Step::Delete(_) | Step::Done => Step::Done,
        };
        Ok(())
    }
}

fn is_success(answer: &Answer) -> bool {
    StatusCode::from_u16(answer.status).is_ok_and(|status| status.is_success())
}
