//! A customer in the middle of a flow, and a burst of requests.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::join_all;
use payments_core::testkit::world::Comparison;

use crate::proof::{now, since};
use crate::system::{Answer, Card, Customer, System};

/// How long a saving may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// A round: one customer at two processes.
pub(super) struct Round<'a> {
    system: &'a System,
    urls: [&'a str; 2],
    /// The customer.
    pub(super) customer: Customer,
    /// The card that the customer saves.
    pub(super) card: Card,
    /// The requests in a burst.
    pub(super) width: usize,
}

/// An entered code and its answer.
pub(super) type Entered = (String, Option<Answer>);

impl<'a> Round<'a> {
    pub(super) async fn begin(
        system: &'a System,
        urls: [&'a str; 2],
        number: u64,
        width: usize,
    ) -> Result<Self> {
        let mut customer = system.customer(number + 1);
        customer.log_in(urls[0]).await?;
        Ok(Self {
            system,
            urls,
            customer,
            card: Card::new(2 * number)?,
            width,
        })
    }

    /// Another card of the customer.
    pub(super) fn other_card(&self) -> Result<Card> {
        Card::new(2 * (self.customer.number - 1) + 1)
    }

    /// One of the two processes, in turn.
    pub(super) fn url(&self, turn: usize) -> &str {
        self.urls[turn % 2]
    }

    /// Sends a burst: `request` makes each request, by its place in the burst.
    pub(super) async fn burst<T>(&self, request: impl AsyncFn(usize) -> T) -> Vec<T> {
        join_all((0..self.width).map(|turn| request(turn))).await
    }

    /// Enters a code, at the process whose turn it is.
    pub(super) async fn enter(&self, turn: usize, code: &str) -> Entered {
        let answer = self.customer.enter(self.url(turn), code).await;
        (code.to_owned(), answer)
    }

    /// Submits a card and asks for a code. Returns the code.
    pub(super) async fn hold_and_ask(&self, customer: &Customer, card: &Card) -> Result<String> {
        let held = finally(async || customer.card(self.url(0), card).await).await?;
        expect(Some(&held), 204, "the card")?;
        let sent = customer.ask_for_code(self.url(1)).await;
        expect(sent.as_ref(), 204, "the phone number")?;
        self.newest_code()
    }

    /// The newest code that the customer received.
    pub(super) fn newest_code(&self) -> Result<String> {
        self.system.providers.newest_code(&self.customer.phone())
    }

    /// Enters a code until it is answered finally.
    pub(super) async fn settle(&self, customer: &Customer, code: &str) -> Result<Answer> {
        finally(async || customer.enter(self.url(0), code).await).await
    }

    /// Notes the codes that were compared with an open code, and found wrong.
    pub(super) fn note_wrong(&self, code: &str, entered: &[Entered]) -> Result<()> {
        let customer = i64::try_from(self.customer.number)?;
        let day = self.system.now().date_naive();
        let compared = entered
            .iter()
            .filter(|(_, answer)| is_wrong(answer.as_ref()));
        let compared = compared.map(|(attempt, _)| Comparison {
            customer,
            day,
            code: code.to_owned(),
            attempt: attempt.clone(),
        });
        self.system
            .told
            .with(|told| told.comparisons.extend(compared));
        Ok(())
    }
}

/// Repeats a request while a card is being saved.
async fn finally(request: impl AsyncFn() -> Option<Answer>) -> Result<Answer> {
    let started = now();
    loop {
        let answer = request().await.context("no answer")?;
        if answer.status != 503 {
            return Ok(answer);
        }
        ensure!(since(started) < PATIENCE, "still answered {answer:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// A wrong code.
pub(super) fn wrong(code: &str, number: usize) -> Result<String> {
    let right: usize = code.parse().context("a code of digits")?;
    Ok(format!("{:06}", (right + 1 + number) % 1_000_000))
}

/// Checks the status of an answer.
pub(super) fn expect(answer: Option<&Answer>, status: u16, to: &str) -> Result<()> {
    let is_so = answer.is_some_and(|answer| answer.status == status);
    ensure!(is_so, "{to} was answered {answer:?} instead of {status}");
    Ok(())
}

/// Whether an answer is 200.
pub(super) fn is_saved(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.status == 200)
}

/// Whether an answer says that a code is wrong, and how many tries are left for the right one. Once the right one was
/// entered, none are left, and guessing is of no use.
fn is_wrong(answer: Option<&Answer>) -> bool {
    answer.is_some_and(|answer| answer.code() == "otp_wrong" && answer.body["tries_left"].is_u64())
}
