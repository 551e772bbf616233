//! Prints the reconciler's backlog for operators.

use std::fmt::Write as _;

use payments_core::intent::StuckEntry;

/// A line for each entry; nothing when there is none. Tokens are not shown.
pub(super) fn table(entries: &[StuckEntry]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let header = [
        "kind", "id", "pos", "gateway", "account", "age", "attempts", "next try",
    ];
    write_line(&mut out, header, "reason");
    for entry in entries {
        let next_try = entry.next_try.map_or_else(
            || "now".to_owned(),
            |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        );
        let columns = [
            entry.id.kind(),
            &entry.id.to_string(),
            &entry.pos.to_string(),
            entry.account.gateway.as_str(),
            entry.account.label.as_str(),
            &format!("{} s", entry.age_seconds),
            &entry.attempts.to_string(),
            &next_try,
        ];
        let reason = entry
            .setback
            .map_or("under way", |setback| setback.as_str());
        write_line(&mut out, columns, reason);
    }
    out
}

fn write_line(out: &mut String, columns: [&str; 8], reason: &str) {
    let [kind, id, pos, gateway, account, age, attempts, next_try] = columns;
    let _ = writeln!(
        out,
        "{kind:<8} {id:<32} {pos:<6} {gateway:<12} {account:<12} {age:<12} {attempts:<8} {next_try:<20} {reason}"
    );
}
