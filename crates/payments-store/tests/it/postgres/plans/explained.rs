//! Which statements walk a big table, by the plan that the server makes for any parameters.

use std::collections::BTreeSet;

use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::recorder::Statement;

/// A table with so many rows must not be read from end to end.
const BIG: i64 = 10_000;

/// The plans of these statements that walk a big table.
pub(super) async fn walks(admin: &Client, statements: BTreeSet<Statement>) -> Vec<String> {
    let tables = format!("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= {BIG}");
    let big = names(admin, &tables).await;
    assert!(big.len() >= 8, "only {big:?} are big: was ANALYZE run?");
    let partial = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL";
    let partial = names(admin, partial).await;
    let mut walks = Vec::new();
    for statement in statements {
        let Some(plan) = plan(admin, &statement).await else {
            continue;
        };
        if walks_any(&plan, false, &big, &partial) {
            walks.push(format!("{}\n{plan:#}", statement.sql));
        }
    }
    walks
}

/// The generic plan; `None` for a statement that is not a query.
async fn plan(admin: &Client, statement: &Statement) -> Option<Value> {
    let verb = statement.sql.trim_start().split(' ').next()?;
    if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb) {
        return None;
    }
    let types: Vec<String> = statement.types.iter().map(u32::to_string).collect();
    let types = format!(
        "SELECT CASE t WHEN 0 THEN 'unknown' ELSE format_type(t::oid, NULL) END
         FROM unnest(ARRAY[{}]::bigint[]) WITH ORDINALITY AS given (t, position) ORDER BY position",
        types.join(", ")
    );
    let types: Vec<String> = rows(admin, &types).await;
    let (types, nulls) = if types.is_empty() {
        (String::new(), String::new())
    } else {
        let nulls = vec!["NULL"; types.len()].join(", ");
        (format!("({})", types.join(", ")), format!("({nulls})"))
    };
    let prepare = format!(
        "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; {}; PREPARE asked {types} AS {}",
        statement.settings.join("; "),
        statement.sql
    );
    admin
        .batch_execute(&prepare)
        .await
        .unwrap_or_else(|error| panic!("{statement:?}: {error}"));
    let explained = rows(
        admin,
        &format!("EXPLAIN (FORMAT JSON) EXECUTE asked {nulls}"),
    )
    .await;
    let forget = admin.batch_execute("DEALLOCATE asked; ROLLBACK").await;
    forget.expect("a clean end");
    let plan: Value = serde_json::from_str(&explained.concat()).expect("a plan");
    Some(plan[0]["Plan"].clone())
}

/// Whether a node of the plan reads all of a big table or of one of its indexes. A partial index is as short as what it is
/// for; below a limit, what passes no filter ends with the limit.
fn walks_any(
    node: &Value,
    is_limited: bool,
    big: &BTreeSet<String>,
    partial: &BTreeSet<String>,
) -> bool {
    let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
    let has = |name: &str| !node[name].is_null();
    let is_bounded = has("Index Cond") || has("Recheck Cond") || has("TID Cond");
    let walks = big.contains(&text("Relation Name"))
        && text("Node Type").ends_with("Scan")
        && !is_bounded
        && !partial.contains(&text("Index Name"))
        && (!is_limited || has("Filter"));
    let is_limited = match text("Node Type").as_str() {
        "Limit" => true,
        "LockRows" | "Subquery Scan" => is_limited,
        _ => false,
    };
    walks
        || node["Plans"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|inner| walks_any(inner, is_limited, big, partial))
}

async fn names(admin: &Client, query: &str) -> BTreeSet<String> {
    rows(admin, query).await.into_iter().collect()
}

/// The first column of each row, as text.
async fn rows(admin: &Client, query: &str) -> Vec<String> {
    let answered = admin
        .simple_query(query)
        .await
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut texts = Vec::new();
    for message in answered {
        if let SimpleQueryMessage::Row(row) = message {
            texts.push(row.get(0).unwrap_or_default().to_owned());
        }
    }
    texts
}
