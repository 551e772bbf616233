//! A customer who saves a card, and repeats what the service cannot do at the moment.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Method;

use super::balancer::Balancer;
use crate::proof::{now, since};
use crate::system::{Answer, Card, Customer, System};

/// A saving that was cut is resumed, and a stopped server replaced, within this time.
const PATIENCE: Duration = Duration::from_mins(4);
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(300);

/// The customer's next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    LogIn,
    Card,
    Phone,
    Code,
    Delete,
    Done,
}

/// What customers met with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Met {
    /// Cards answered with 200.
    pub(super) saved: u64,
    /// Answers 503.
    pub(super) unavailable: u64,
    /// Requests without an answer.
    pub(super) lost: u64,
    /// Tokens against forged requests that were fetched again.
    pub(super) refreshed: u64,
    /// Flows that ended otherwise, after which the customer entered the card again.
    pub(super) started_over: u64,
    /// The longest wait for an answer.
    pub(super) longest: Duration,
}

impl Met {
    /// What both met with.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            saved: self.saved + other.saved,
            unavailable: self.unavailable + other.unavailable,
            lost: self.lost + other.lost,
            refreshed: self.refreshed + other.refreshed,
            started_over: self.started_over + other.started_over,
            longest: self.longest.max(other.longest),
        }
    }
}

/// What may become of a flow during a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flows {
    /// Every flow ends with a saved card.
    AllEndWell,
    /// The customer may have to enter the card again.
    MayBeLost,
}

/// A customer with a card.
pub(super) struct Shopper {
    system: Arc<System>,
    balancer: Arc<Balancer>,
    flows: Flows,
    pub(super) customer: Customer,
    pub(super) card: Card,
    step: Step,
    /// Whether the customer deletes the card afterwards.
    pub(super) deletes: bool,
    pub(super) met: Met,
}

impl Shopper {
    pub(super) fn new(
        system: &Arc<System>,
        balancer: &Arc<Balancer>,
        number: u64,
        flows: Flows,
    ) -> Result<Self> {
        Ok(Self {
            system: Arc::clone(system),
            balancer: Arc::clone(balancer),
            flows,
            customer: system.customer(number),
            card: Card::new(number)?,
            step: Step::LogIn,
            deletes: false,
            met: Met::default(),
        })
    }

    /// Begins again with another step.
    pub(super) fn back_to(&mut self, step: Step) {
        self.step = step;
    }

    /// Goes on until this step is the next one.
    pub(super) async fn until(&mut self, step: Step) -> Result<()> {
        self.customer.disturb(true);
        let done = self.go_on(step).await;
        self.customer.disturb(false);
        done.with_context(|| format!("customer {}", self.customer.number))
    }

    async fn go_on(&mut self, end: Step) -> Result<()> {
        let started = now();
        while self.step < end {
            let asked = now();
            let answer = self.request().await?;
            self.met.longest = self.met.longest.max(since(asked));
            let step = self.step;
            ensure!(
                since(started) < PATIENCE,
                "does not get on at {step:?}: {answer:?}"
            );
            let status = answer.as_ref().map(|answer| answer.status);
            match status {
                Some(200..=299) => self.advance()?,
                Some(404) if step == Step::Delete => self.step = Step::Done,
                Some(503) => self.met.unavailable += 1,
                Some(403) if is_refused_token(answer.as_ref()) => {
                    self.met.refreshed += 1;
                    let url = self.balancer.url();
                    self.customer.log_in(&url).await?;
                }
                Some(_) if self.flows == Flows::MayBeLost && step > Step::Card => {
                    self.met.started_over += 1;
                    self.step = Step::Card;
                }
                None => self.met.lost += 1,
                Some(_) => bail!("{step:?} was answered {answer:?}"),
            }
            if matches!(status, None | Some(503)) {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    async fn request(&mut self) -> Result<Option<Answer>> {
        let url = self.balancer.url();
        let customer = &mut self.customer;
        Ok(match self.step {
            Step::LogIn => {
                let answer = customer.send(Method::GET, &url, "/csrf_token/", None).await;
                if answer.as_ref().is_some_and(|answer| answer.status == 200) {
                    customer.log_in(&url).await?;
                }
                answer
            }
            Step::Card => customer.card(&url, &self.card).await,
            Step::Phone => customer.ask_for_code(&url).await,
            Step::Code => {
                let code = self.system.providers.newest_code(&customer.phone())?;
                customer.enter(&url, &code).await
            }
            Step::Delete => self.delete(&url).await,
            Step::Done => bail!("there is no further request"),
        })
    }

    /// Deletes the only card.
    async fn delete(&self, url: &str) -> Option<Answer> {
        let path = "/payments/stored-cards/";
        let listed = self.customer.send(Method::GET, url, path, None).await?;
        if listed.status != 200 {
            return Some(listed);
        }
        match listed.body["results"][0]["pk"].as_i64() {
            Some(pk) => self.customer.delete(url, pk).await,
            None => Some(Answer {
                status: 404,
                ..listed
            }),
        }
    }

    fn advance(&mut self) -> Result<()> {
        self.step = match self.step {
            Step::LogIn => Step::Card,
            Step::Card => Step::Phone,
            Step::Phone => Step::Code,
            Step::Code => {
                self.met.saved += 1;
                self.customer.note_saved(&self.card, self.deletes)?;
                if self.deletes {
                    Step::Delete
                } else {
                    Step::Done
                }
            }
            Step::Delete | Step::Done => Step::Done,
        };
        Ok(())
    }
}

/// Whether the answer refuses the token against forged requests.
fn is_refused_token(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.code() == "csrf_failed")
}
