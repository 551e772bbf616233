//! The collection of requests, in Postman's format: Bruno and others import it, too. Bruno's command line, which would
//! have to run a collection of its own, is three times as large as these tools.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Sources, description, quietly};
use crate::command::program;
use crate::pinned;

/// The demo store's. A management token belongs in an environment, not in a collection.
const VARIABLES: [(&str, &str); 3] = [
    ("baseUrl", "http://127.0.0.1:8080"),
    ("bearerToken", "demo"),
    ("session", "demo_customer_0000000000000000001"),
];
const BEFORE_EACH: &str = include_str!("../../clients/collection/before.js");
const AFTER_EACH: &str = "pm.test(\"succeeds\", () => pm.response.to.be.success);";
/// They need nothing but the demo store.
const RUN: [&str; 7] = [
    "Get the available cards for the basket",
    "Get the available cards for a product",
    "Get the customer's saved cards",
    "Submit the card to save",
    "Get the customer's phone number",
    "Get a bank",
    "List banks",
];

pub(super) fn check(sources: &Sources, url: &str) -> Result<()> {
    let folder = pinned::node("xtask/clients/collection", "clients/collection")?;
    let file = sources.archives.join("payments.postman_collection.json");
    let description = folder.join("openapi.json");
    fs::write(
        &description,
        prepared(sources.description.clone()).to_string(),
    )?;
    let mut convert = program(
        "node",
        &["node_modules/openapi-to-postmanv2/bin/openapi2postmanv2.js"],
    );
    convert.current_dir(&folder);
    convert.arg("--spec").arg(&description);
    convert.arg("--output").arg(&file);
    convert.args([
        "--options",
        "folderStrategy=Tags,parametersResolution=Example,enableOptionalParameters=false",
    ]);
    quietly(convert)?;
    let collection = fs::read_to_string(&file).context("there is no collection")?;
    let collection = completed(serde_json::from_str(&collection)?).to_string();
    // Of several names, newman ignores those that it does not find.
    for name in RUN {
        let is_present = collection.contains(&format!("\"name\":\"{name}\""));
        ensure!(is_present, "the collection has no request {name}");
    }
    fs::write(&file, collection)?;
    let mut newman = program("node", &["node_modules/newman/bin/newman.js", "run"]);
    newman.current_dir(&folder);
    newman
        .arg(&file)
        .args(["--env-var", &format!("baseUrl={url}")]);
    newman.args(RUN.iter().flat_map(|name| ["--folder", name]));
    quietly(newman)
}

/// Keys of the demo store instead of random ones; and what a success looks like, not ten times what an error does.
fn prepared(mut description: Value) -> Value {
    for operation in description::operations(&mut description) {
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            responses.retain(|status, _| status.starts_with('2'));
        }
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == "pk" {
                parameter["example"] = json!(1);
            }
        }
        // The script sends the session.
        let of_session = |security: &Value| security.to_string().contains("session");
        if operation.get("security").is_some_and(of_session) {
            operation.remove("security");
        }
    }
    description
}

fn completed(mut collection: Value) -> Value {
    let script = |listen: &str, source: &str| {
        let lines: Vec<_> = source.lines().collect();
        json!({"listen": listen, "script": {"type": "text/javascript", "exec": lines}})
    };
    collection["event"] = json!([
        script("prerequest", BEFORE_EACH),
        script("test", AFTER_EACH)
    ]);
    let variables = VARIABLES.map(|(key, value)| json!({"key": key, "value": value}));
    collection["variable"] = json!(variables);
    collection
}
