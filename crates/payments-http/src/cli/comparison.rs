//! Prints a full comparison for operators.

use std::fmt::Write as _;

use payments_core::card_storage::{ComparedAccount, Comparison, OrphanEnd};

/// A line for each finding, one for each account that was not compared as a whole, and a summary. Tokens are not shown.
pub(super) fn table(comparison: &Comparison) -> String {
    let mut out = String::new();
    let accounts = &comparison.accounts;
    let has_findings = |one: &ComparedAccount| {
        !one.orphans.is_empty() || !one.dead_rows.is_empty() || !remarks(one).is_empty()
    };
    if accounts.iter().any(has_findings) {
        write_line(&mut out, ["pos", "gateway", "account"], "found", "state");
    }
    for one in accounts {
        let pos = one.pos.to_string();
        let account = &one.account;
        let place = [&*pos, account.gateway.as_str(), account.label.as_str()];
        for orphan in &one.orphans {
            let found = format!("token {}", orphan.reference);
            write_line(&mut out, place, &found, state(orphan.end));
        }
        for row in &one.dead_rows {
            let found = format!("card {} of customer {}", row.card, row.customer);
            write_line(&mut out, place, &found, "its token is gone");
        }
        for remark in remarks(one) {
            write_line(&mut out, place, "account", &remark);
        }
    }
    out + &summary(accounts)
}

const fn state(end: OrphanEnd) -> &'static str {
    match end {
        OrphanEnd::Left => "no saved card has it",
        OrphanEnd::Queued => "queued for deletion",
        OrphanEnd::NotStorable => "delete it at the gateway: it may contain a card number",
    }
}

/// What was not compared at an account.
fn remarks(one: &ComparedAccount) -> Vec<String> {
    if let Some(setback) = one.setback {
        return vec![format!("not compared: {}", setback.as_str())];
    }
    let partial = "cannot be listed: only known customers were compared";
    let mut remarks = Vec::new();
    remarks.extend((!one.is_whole).then(|| partial.to_owned()));
    let unchecked = one.unchecked_rows;
    let unchecked = (unchecked > 0).then(|| {
        format!("saved cards without a customer key, which cannot be compared: {unchecked}")
    });
    remarks.extend(unchecked);
    remarks
}

fn summary(accounts: &[ComparedAccount]) -> String {
    let sum = |count: fn(&ComparedAccount) -> u64| accounts.iter().map(count).sum::<u64>();
    let many = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let compared = accounts.iter().filter(|one| one.setback.is_none());
    let partial = compared.clone().filter(|one| !one.is_whole);
    let (compared, partial) = (compared.count(), partial.count());
    format!(
        "accounts: {compared} compared ({partial} of known customers only), {} not compared; tokens: {}, {} without a \
         saved card, {} not ours; saved cards: {}, {} without a token\n",
        accounts.len() - compared,
        sum(|one| one.tokens),
        accounts
            .iter()
            .map(|one| many(one.orphans.len()))
            .sum::<u64>(),
        sum(|one| one.foreign_tokens),
        sum(|one| one.rows),
        accounts
            .iter()
            .map(|one| many(one.dead_rows.len()))
            .sum::<u64>(),
    )
}

fn write_line(out: &mut String, [pos, gateway, account]: [&str; 3], found: &str, state: &str) {
    let _ = writeln!(
        out,
        "{pos:<6} {gateway:<12} {account:<12} {found:<40} {state}"
    );
}
