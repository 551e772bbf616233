//! The two roles of `deploy/postgres/roles.sql`: the schema's owner, and the service's role.

use payments_store::testing::{OwnServers, REDIS_URL, key_prefix, named};
use tokio_postgres::{Client, NoTls};

use super::journey::Customer;
use crate::app::GOOD_NUMBER;
use crate::program::{Program, run};

const ROLES: &str = include_str!("../../../../../deploy/postgres/roles.sql");

async fn connect(url: &str) -> Client {
    let (client, link) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("PostgreSQL");
    tokio::spawn(link);
    client
}

/// Executes the script like psql, with the passwords `owner-secret` and `service-secret`.
async fn make_roles(server: &str) {
    let (before, after) = ROLES.split_once("\\connect payments").expect("two parts");
    for (database, part) in [("postgres", before), ("payments", after)] {
        let client = connect(&url_of("postgres:throw-away", server, database)).await;
        let is_sql = |line: &&str| !line.starts_with("--") && !line.starts_with('\\');
        let sql: Vec<&str> = part.lines().filter(is_sql).collect();
        let sql = sql
            .join("\n")
            .replace(":'owner_password'", "'owner-secret'")
            .replace(":'service_password'", "'service-secret'");
        for statement in sql.split(';').filter(|one| !one.trim().is_empty()) {
            let done = client.batch_execute(statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        }
    }
}

fn url_of(user: &str, server: &str, database: &str) -> String {
    format!("postgres://{user}@{server}/{database}")
}

async fn shown(client: &Client, setting: &str) -> String {
    let row = client.query_one(&format!("SHOW {setting}"), &[]).await;
    row.expect("a setting").get(0)
}

/// The server's error message.
async fn log(admin: &Client) -> String {
    let folder = shown(admin, "data_directory").await;
    let read = format!("SELECT pg_read_file('{folder}/../postgres.log')");
    admin.query_one(&read, &[]).await.expect("a log").get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_works_under_a_role_that_may_not_change_the_schema_and_its_data_is_not_logged()
{
    let starting = tokio::task::spawn_blocking(|| OwnServers::start("postgres"));
    let servers = starting.await.expect("the servers");
    let url = servers.variable("PAYMENTS_TEST_DATABASE_URL");
    let (_, server) = url.split_once('@').expect("a host");
    let server = server.trim_end_matches("/postgres");
    make_roles(server).await;
    let admin = connect(&url).await;
    for statement in [
        "ALTER SYSTEM SET log_min_duration_statement = 0",
        "SELECT pg_reload_conf()",
    ] {
        admin.batch_execute(statement).await.expect("all is logged");
    }
    let owner = url_of("payments_owner:owner-secret", server, "payments");
    let service = url_of("payments:service-secret", server, "payments");
    let (redis, prefix) = (named(REDIS_URL), key_prefix());
    let settings = [
        ("database.url", &*service),
        ("flows.url", &redis),
        ("flows.key_prefix", &prefix),
        (
            "security.lasting_key",
            "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        ),
    ];

    let refused = run(&["migrate"], &settings);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let migrated = run(&["migrate"], &[("database.url", &*owner)]);
    assert!(migrated.status.success(), "{migrated:?}");
    let program = Program::start(&settings);
    let customer = Customer::of(&program.url).await;
    assert_eq!(customer.hold(&program.url).await.status(), 204);
    let code = customer.ask_for_code(&program.url).await;
    assert_eq!(customer.submit(&program.url, &code).await, 200);
    assert_eq!(customer.saved(&program.url).await, 1);

    let under_the_role = connect(&service).await;
    for statement in [
        "CREATE TABLE more (id int)",
        "DROP TABLE banks",
        "ALTER TABLE banks ADD COLUMN more int",
        "TRUNCATE banks",
        "CREATE DATABASE more",
        "UPDATE audit_log SET outcome = 'refused'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE audit_seals SET day = '2026-01-01'",
        "DELETE FROM audit_seals",
        "INSERT INTO audit_pruned VALUES (1, '2026-01-01', '', '', '')",
        "SET payments.audit_pruning = 'on'; DELETE FROM audit_log",
    ] {
        let refused = under_the_role.batch_execute(statement).await;
        let code = refused.expect_err(statement).code().cloned();
        let insufficient_privilege = tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE;
        assert_eq!(code, Some(insufficient_privilege), "{statement}");
    }
    for (setting, value) in [
        ("statement_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("log_parameter_max_length", "0"),
    ] {
        assert_eq!(shown(&under_the_role, setting).await, value, "{setting}");
    }

    let verified = run(&["audit", "verify"], &settings);
    assert!(verified.status.success(), "{verified:?}");

    let log = log(&admin).await;
    assert!(log.contains("saved_cards"), "the statements are logged");
    let masked = "552879******0008";
    for datum in ["5551234567", masked, GOOD_NUMBER, &code, "Ayşe"] {
        assert!(!log.contains(datum), "{datum}");
    }
}
