//! Reads the state of a system.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use payments_core::audit::AuditOutcome;
use payments_core::testkit::world::{
    Closed, Ending, GatewayToken, IntentState, Message, Row, World,
};
use tokio_postgres::Client;

use super::System;

impl System {
    /// The state of the system and its providers, and what customers were told. Judge it at rest: after
    /// [`System::come_to_rest`], without requests.
    ///
    /// # Errors
    /// A server is unavailable.
    pub async fn world(&self) -> Result<World> {
        let sql = self.sql().await?;
        let (intents, customers) = intents(&sql).await?;
        let queued = "SELECT count(*) FROM token_deletions";
        let queued: i64 = sql.query_one(queued, &[]).await?.get(0);
        let mut world = World {
            rows: rows(&sql).await?,
            tokens: self.tokens(&customers),
            intents,
            audit: audit(&sql).await?,
            queued_deletions: u64::try_from(queued)?,
            leftovers: self.leftovers().await?,
            messages: self.messages(),
            message_limits: self.message_limits()?,
            ..World::default()
        };
        self.told.add_to(&mut world);
        Ok(world)
    }

    fn tokens(&self, customers: &BTreeMap<String, i64>) -> Vec<GatewayToken> {
        let tokens = self.providers.tokens().into_iter();
        let token = |token: payments_gateways::fakes::FakeToken| GatewayToken {
            customer: customers.get(&token.reference).copied(),
            token: token.token,
            pos: 1,
            reference: token.reference,
            live: token.live,
        };
        tokens.map(token).collect()
    }

    /// The sent messages. The sender does not say when, so they all count as sent now, which is stricter.
    fn messages(&self) -> Vec<Message> {
        let at = self.now();
        let messages = self.providers.messages().into_iter();
        messages.map(|sms| Message { phone: sms.to, at }).collect()
    }

    fn message_limits(&self) -> Result<Vec<(i64, usize)>> {
        let limit = self.operator.settings.otp.codes_per_phone_hour;
        Ok(vec![(3_600, usize::try_from(limit)?)])
    }
}

async fn rows(sql: &Client) -> Result<Vec<Row>> {
    let query = "SELECT customer, pos, token, fingerprint, masked_number FROM saved_cards";
    let rows = sql.query(query, &[]).await?;
    let row = |row: &tokio_postgres::Row| Row {
        customer: row.get(0),
        pos: row.get(1),
        token: row.get(2),
        fingerprint: row.get(3),
        masked_number: row.get(4),
    };
    Ok(rows.iter().map(row).collect())
}

/// The intents, and the customer of each.
async fn intents(sql: &Client) -> Result<(Vec<IntentState>, BTreeMap<String, i64>)> {
    let (mut intents, mut customers) = (Vec::new(), BTreeMap::new());
    let query = "SELECT id, outcome, customer FROM intents";
    for row in sql.query(query, &[]).await? {
        let (id, outcome): (String, Option<String>) = (row.get(0), row.get(1));
        customers.insert(id.clone(), row.get(2));
        let closed = outcome.as_deref().map(closed).transpose()?;
        intents.push(IntentState { id, closed });
    }
    Ok((intents, customers))
}

fn closed(outcome: &str) -> Result<Closed> {
    Ok(match outcome {
        "saved" => Closed::Saved,
        "refused" => Closed::Refused,
        "reconciled" => Closed::Reconciled,
        other => bail!("an intent is closed as {other}"),
    })
}

async fn audit(sql: &Client) -> Result<Vec<Ending>> {
    let query = "SELECT intent, outcome FROM audit_log WHERE intent IS NOT NULL";
    let records = sql.query(query, &[]).await?;
    let record = |row: &tokio_postgres::Row| {
        let word: String = row.get(1);
        let mut outcomes = OUTCOMES.into_iter();
        let outcome = outcomes.find(|outcome| outcome.as_str() == word);
        Ok(Ending {
            flow: row.get(0),
            outcome: outcome.with_context(|| format!("an audit record {word}"))?,
        })
    };
    records.iter().map(record).collect()
}

/// The outcomes that name a flow.
const OUTCOMES: [AuditOutcome; 7] = [
    AuditOutcome::Saved,
    AuditOutcome::Refused,
    AuditOutcome::Unknown,
    AuditOutcome::Reconciled,
    AuditOutcome::Void,
    AuditOutcome::CardLost,
    AuditOutcome::Deleted,
];
