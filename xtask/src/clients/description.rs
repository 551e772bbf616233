//! The API's description as generators need it.

use serde_json::{Map, Value};

/// The session's headers, which a client sends with every request, instead of parameters of each call.
const OF_THE_CLIENT: [&str; 3] = ["Accept-Language", "X-Cookie", "X-Csrftoken"];

pub(super) fn for_generators(mut description: Value) -> Value {
    let mut responses = String::new();
    for operation in operations(&mut description) {
        if let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        {
            parameters.retain(|parameter| {
                let name = parameter["name"].as_str().unwrap_or_default();
                parameter["in"] != "header" || !OF_THE_CLIENT.contains(&name)
            });
        }
        responses += &operation
            .get("responses")
            .map(Value::to_string)
            .unwrap_or_default();
    }
    let schemas = description.pointer_mut("/components/schemas");
    for (name, schema) in schemas.and_then(Value::as_object_mut).into_iter().flatten() {
        if responses.contains(&format!("\"#/components/schemas/{name}\"")) {
            allow_responses_without_write_only(schema);
        }
    }
    description
}

pub(super) fn operations(description: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = description["paths"].as_object_mut().into_iter().flatten();
    let methods = paths.filter_map(|(_, methods)| methods.as_object_mut());
    let operations = methods.flat_map(Map::values_mut);
    operations.filter_map(Value::as_object_mut)
}

/// Generators take a required property that is write-only as required in responses, too.
fn allow_responses_without_write_only(schema: &mut Value) {
    let properties = schema["properties"].clone();
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| properties[name.as_str().unwrap_or_default()]["writeOnly"] != true);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::for_generators;

    #[test]
    fn headers_of_the_session_are_no_parameters_and_a_response_needs_nothing_write_only() {
        let schema = |required: &[&str]| json!({"properties": {"id": {"writeOnly": true}, "basket": {}}, "required": required});
        let description = |parameters, session| {
            json!({
                "paths": {"/a/": {"get": {
                    "parameters": parameters,
                    "responses": {"200": {"$ref": "#/components/schemas/Session"}},
                }}},
                "components": {"schemas": {"Session": session, "Sent": schema(&["id"])}},
            })
        };
        let kept = json!({"in": "header", "name": "If-Match"});
        let dropped = json!({"in": "header", "name": "X-Csrftoken"});
        let given = description(json!([dropped, kept]), schema(&["id", "basket"]));
        let expected = description(json!([kept]), schema(&["basket"]));
        assert_eq!(for_generators(given), expected);
    }
}
