//! The service's status.

use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;

use super::super::operation::Operation;
use super::operation;

pub(super) fn show() -> Operation {
    operation(HttpMethod::Get, "get_status", "Get how the service is")
        .about(
            "Every process, the last hour's counts, providers, the reconciler's backlog, messages and stores. 200 also if a \
             store does not respond: `unavailable` names what is missing. Nothing in it is about a customer.",
        )
        .answers(200, "How it is", "ServiceStatus", example())
}

pub(super) fn check_providers() -> Operation {
    operation(
        HttpMethod::Post,
        "check_providers",
        "Check the configured providers",
    )
    .about(
        "As `payments providers check`: the cheapest harmless call of each that needs working credentials. A process makes one \
         check at a time; another one gets 429.",
    )
    .answers(
        200,
        "The results",
        "ProviderChecks",
        json!({"results": [{
            "place": "pos main", "provider": "iyzico", "is_ok": true, "is_reached": true, "tls": "ok",
            "credentials": "ok", "clock_skew_seconds": 0, "problem": null,
        }, {
            "place": "sms", "provider": "netgsm", "is_ok": false, "is_reached": false, "tls": null,
            "credentials": null, "clock_skew_seconds": null,
            "problem": "unavailable: no connection (base_url, and this machine's way out)",
        }]}),
    )
}

fn example() -> Value {
    let providers = json!([
        {"provider": "iyzico", "breaker_is_open": true, "calls": {"done": 41, "refused": 2, "unavailable": 12},
            "last_success_at": "2026-11-28T11:57:12Z"},
        {"provider": "netgsm", "breaker_is_open": false, "calls": {"done": 44}, "last_success_at": "2026-11-28T11:59:58Z"},
    ]);
    // Of 60 minutes, the last three.
    let minutes = json!({
        "from": "2026-11-28T11:58:00Z", "listings": [1204, 1187, 421], "listings_failed": [0, 0, 0],
        "codes_sent": [3, 2, 1], "cards_saved": [2, 0, 0], "steps_refused": [1, 2, 1],
    });
    json!({
        "unavailable": [],
        "stores": {
            "database": {"kind": "postgresql", "is_reachable": true, "replica": {"is_used": true, "age_seconds": 0}},
            "flows": {"kind": "redis", "is_reachable": true},
        },
        "processes": [{
            "process": "5f2b91c4d0e6a718",
            "report": {
                "version": env!("CARGO_PKG_VERSION"), "started_at": "2026-11-28T06:00:00Z",
                "reported_at": "2026-11-28T12:00:21Z",
                "catalog": {"version": 42, "seen_at": "2026-11-28T12:00:20Z", "is_failing": false},
                "providers": providers, "minutes": minutes,
            },
        }, {"process": "c4a3e1b29d870f56", "report": null}],
        "minutes": minutes,
        "providers": providers,
        "backlog": {
            "intents": {"count": 1, "oldest_seconds": 190}, "deletions": {"count": 0, "oldest_seconds": null},
            "stuck": [{
                "kind": "intent", "id": "00112233445566778899aabbccddeeff", "pos": 1, "gateway": "iyzico",
                "account": "main", "age_seconds": 190, "attempts": 1, "next_try_at": "2026-11-28T12:03:11Z",
                "reason": "gateway_unavailable",
            }],
        },
        "sms": {
            "since": "2026-11-28T00:00:00Z",
            "senders": [{"sender": "netgsm", "sent": 310, "on_its_way": 4, "delivered": 301, "failed": 5}],
            "daily_budget": {
                "verified": {"budget": 5000, "left": 4690}, "unverified": {"budget": 2500, "left": 2310},
            },
            "paused": [{"prefix": "90505", "until": "2026-11-28T12:10:00Z"}],
        },
    })
}
