//! The management API.

mod audit;
mod drafts;
mod explain;
mod history;
mod proposals;
mod status;

use payments_core::record::Part;
use serde_json::{Value, json};
use utoipa::openapi::path::{HttpMethod, ParameterBuilder, PathItem};
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, Type,
};
use utoipa::openapi::{Ref, RefOr, Required, Schema};

use super::examples::Refusal;
use super::operation::{Operation, in_path, in_query, number, path, pk};
use crate::error::Problem;
use crate::manage::{PREFIX, filters, key_name};

const JSON: [&str; 1] = ["application/json"];
const PATCHES: [&str; 2] = ["application/merge-patch+json", "application/json"];
const APPROVAL: &str = "It waits for approval (`console.four_eyes`); nothing was written";
const NOT_FOUND: &[Refusal] = &[Refusal::Of(Problem::NotFound)];
const MISTAKES: &[Refusal] = &[Refusal::At(
    Problem::ManageValidationFailed,
    "/cards/0/installments/1/interest_rate",
    "use a percentage from -99.9999 to 1000 with at most 4 fraction digits",
)];

pub(super) fn paths() -> Vec<(String, PathItem)> {
    let mut paths = vec![
        path(&format!("{PREFIX}/import/"), [import()]),
        path(&format!("{PREFIX}/export/"), [export()]),
        path(&format!("{PREFIX}/explain/"), [explain::operation()]),
        path(&format!("{PREFIX}/audit/"), [audit::page()]),
        path(&format!("{PREFIX}/status/"), [status::show()]),
        path(
            &format!("{PREFIX}/status/check-providers/"),
            [status::check_providers()],
        ),
    ];
    paths.extend(drafts::paths());
    paths.extend(history::paths());
    paths.extend(proposals::paths());
    for part in Part::ALL {
        let segment = part.as_str().replace('_', "-");
        let key = key_name(part);
        paths.push(path(&format!("{PREFIX}/{segment}/"), [page(part)]));
        paths.push(path(
            &format!("{PREFIX}/{segment}/{{{key}}}/"),
            [read(part), put(part), patch(part), delete(part)],
        ));
    }
    paths
}

fn key(part: Part) -> ParameterBuilder {
    let text = || Some(ObjectBuilder::new().schema_type(Type::String));
    match key_name(part) {
        "slug" => in_path("slug", "Slug of the rule").schema(text()),
        "id" => in_path("id", "Raw id of the session; only its hash is stored").schema(text()),
        _ => pk("Primary key"),
    }
}

const fn schema(part: Part) -> &'static str {
    match part {
        Part::Banks => "Bank",
        Part::CardTypes => "CardType",
        Part::Pos => "Pos",
        Part::Cards => "Card",
        Part::PaymentOptions => "PaymentOption",
        Part::Rules => "Rule",
        Part::Products => "Product",
        Part::Customers => "Customer",
        Part::Baskets => "Basket",
        Part::PreOrders => "PreOrder",
        Part::Sessions => "Session",
    }
}

/// Several objects of a part.
fn nouns(part: Part) -> String {
    if part == Part::Pos {
        "points of sale".to_owned()
    } else {
        format!("{}s", part.noun())
    }
}

fn example(part: Part) -> Value {
    match part {
        Part::Banks => {
            json!({"pk": 1, "name": "Garanti BBVA", "slug": "garanti", "logo": null, "logo_path": "logos/garanti.svg"})
        }
        Part::CardTypes => {
            json!({"pk": 1, "name": "Bonus", "slug": "bonus", "logo": null, "logo_path": "logos/bonus.svg"})
        }
        Part::Pos => {
            json!({"pk": 1, "name": "Sandbox", "slug": "sandbox", "gateway": "sandbox", "is_active": true, "config": {}})
        }
        Part::Cards => json!({
            "pk": 1, "name": "Bonus", "slug": "bonus-card", "card_payment_type": "credit", "bank": 1, "card_type": 1,
            "pos": 1, "sort_order": 10, "is_active": true, "bins": ["554960"],
            "installments": [{"pk": 103, "installment_count": 3, "interest_rate": "5", "label": {"tr": "3 Taksit"}, "is_active": true}],
        }),
        Part::PaymentOptions => {
            json!({"pk": 1, "name": "Kredi Kartı", "slug": "credit-card", "payment_type": "credit_card", "pos": 1, "is_active": true, "sort_order": 1})
        }
        Part::Rules => {
            json!({"slug": "gold", "name": "Gold: single payment", "when": {"category": ["jewellery/gold"]}, "then": {"cap_installments": 1}, "is_active": true, "valid_from": null, "valid_until": null})
        }
        Part::Products => {
            json!({"pk": 1, "name": "Altın Kaplama Küpe", "price": "19.49", "currency": "TRY", "categories": ["jewellery/gold"], "attributes": {"bullion": false}, "is_active": true})
        }
        Part::Customers => {
            json!({"pk": 7, "phone_number": "05551234567", "segments": ["loyal"], "is_active": true})
        }
        Part::Baskets => {
            json!({"pk": 9, "customer": 7, "state": "open", "currency": "TRY", "total": "38.98", "items": [{"product": 1, "quantity": 2, "price": "19.49"}]})
        }
        Part::PreOrders => {
            json!({"pk": 4, "basket": 9, "state": "open", "currency": "TRY", "total": "48.98"})
        }
        Part::Sessions => {
            json!({"customer": 7, "basket": 9, "pre_order": 4, "expires_at": "2027-01-01T00:00:00Z"})
        }
    }
}

fn flag() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .enum_values(Some([0, 1]))
}

pub(super) fn operation(method: HttpMethod, id: &str, summary: &str) -> Operation {
    Operation::new(method, "manage", id, summary).of_holder()
}

/// What is probably not meant, by JSON pointer.
fn warnings() -> ObjectBuilder {
    let sentences = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String));
    let about = "Slugs in rules that no object has, by JSON pointer; absent without any";
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(about))
        .additional_properties(Some(sentences))
}

/// An object of a part in the answer to a write.
fn written(part: Part) -> RefOr<Schema> {
    let object = Ref::from_schema_name(schema(part));
    if part != Part::Rules {
        return object.into();
    }
    let warned = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("warnings", warnings());
    Schema::from(AllOfBuilder::new().item(object).item(warned).build()).into()
}

fn import() -> Operation {
    let by_part = |schema: &str| {
        let of_part = AdditionalProperties::from(Ref::from_schema_name(schema));
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("warnings", warnings())
            .additional_properties(Some(of_part))
    };
    let findings = ArrayBuilder::new()
        .items(Ref::from_schema_name("RuleFinding"))
        .description(Some(
            "The findings of the analysis of rules that the document adds; absent without any",
        ));
    let results = AnyOfBuilder::new()
        .item(by_part("Counts"))
        .item(by_part("ImportPreview").property("findings", findings));
    operation(
        HttpMethod::Post,
        "import_document",
        "Write a whole document",
    )
    .about(
        "Inserts or replaces every object of the document in one transaction, or nothing. With `dry_run=1` nothing is \
         written, and the answer has the keys of each part that would be `created` and `updated`, and of those that are \
         `unchanged`, and in `findings` what the analysis of rules finds with the document only. Needs the scopes of the parts that the document has. `warnings` has the places of slugs in rules \
         that no object has; they prevent nothing.",
    )
    .parameter(in_query("dry_run", Required::False, flag()))
    .body("Document", &json!({"banks": [example(Part::Banks)]}), &JSON)
    .answers_with(
        200,
        "Counts per part, or with `dry_run=1` keys",
        results,
        json!({"banks": {"created": 1, "updated": 0}}),
    )
    .error(
        400,
        "Every mistake by its JSON pointer; nothing was written",
        MISTAKES,
    )
    .error(409, APPROVAL, proposals::WAITS)
}

fn export() -> Operation {
    operation(
        HttpMethod::Get,
        "export_document",
        "Get everything as one document",
    )
    .about(
        "Never sessions, and never secrets: a secret given literally is left out. The document is sent while it is read: \
         where the database fails half-way, the connection is closed before the document ends.",
    )
    .answers(
        200,
        "The document",
        "Document",
        json!({"banks": [example(Part::Banks)]}),
    )
}

fn page(part: Part) -> Operation {
    let after = ObjectBuilder::new().schema_type(Type::String);
    let name = part.as_str();
    let operation = operation(
        HttpMethod::Get,
        &format!("list_{name}"),
        &format!("List {}", nouns(part)),
    );
    let filters = filters::of_part(part).iter();
    let operation = filters.fold(operation, |operation, filter| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        operation.parameter(in_query(filter.name, Required::False, text))
    });
    operation
    .parameter(in_query("page", Required::False, number(None)))
    .parameter(in_query("page_size", Required::False, number(Some(1_000))))
    .parameter(in_query("after", Required::False, after))
    .parameter(in_query("count", Required::False, flag()))
    .about(
        "Follow `next` to read a whole part; it begins with the address that the request came to. A field's name and value \
         leave the objects that have it. Of more than 10,000 objects `count` is null unless `count=1` asks for it, and \
         `next` names the key that the next page begins after.",
    )
    .answers(
        200,
        "A page, by key",
        "Page",
        json!({"count": 1, "next": null, "previous": null, "results": [example(part)]}),
    )
    .error(
        400,
        "A parameter is wrong",
        &[Refusal::At(
            Problem::ValidationFailed,
            "page_size",
            "use a number from 1 to 1000",
        )],
    )
}

fn read(part: Part) -> Operation {
    let name = part.as_str();
    operation(
        HttpMethod::Get,
        &format!("get_of_{name}"),
        &format!("Get a {}", part.noun()),
    )
    .parameter(key(part))
    .unless_known()
    .answers_tagged(
        200,
        "The object",
        Ref::from_schema_name(schema(part)),
        example(part),
    )
    .error(404, "There is none", NOT_FOUND)
    .error(
        412,
        "`If-Match` names another version",
        &[Refusal::Of(Problem::PreconditionFailed)],
    )
}

fn put(part: Part) -> Operation {
    unless_prevented(part, put_any(part))
}

fn patch(part: Part) -> Operation {
    let name = part.as_str();
    let patch = operation(
        HttpMethod::Patch,
        &format!("patch_in_{name}"),
        &format!("Change fields of a {}", part.noun()),
    )
    .about(
        "A JSON merge patch (RFC 7396): what the body names is changed, `null` gives a field its default back, a list is \
         replaced whole.",
    )
    .parameter(key(part))
    .body("MergePatch", &json!({"is_active": false}), &PATCHES)
    .with_conditions()
    .answers_tagged(200, "It was changed", written(part), example(part))
    .error(
        400,
        "Every mistake by its JSON pointer; nothing was written",
        MISTAKES,
    )
    .error(404, "There is none", NOT_FOUND);
    unless_prevented(part, patch)
}

/// What can prevent a write of a part besides mistakes.
fn unless_prevented(part: Part, operation: Operation) -> Operation {
    if part == Part::Rules || part == Part::Cards {
        return operation.error(409, APPROVAL, proposals::WAITS);
    }
    if part != Part::Pos {
        return operation;
    }
    operation.error(
        409,
        "Saved cards or tokens belong to the gateway, or to an account whose settings are left out; nothing was written",
        &[Refusal::At(
            Problem::ManageInUse,
            "/gateway",
            "this cannot be changed while saved cards or tokens belong to it",
        )],
    )
}

fn put_any(part: Part) -> Operation {
    let name = part.as_str();
    operation(
        HttpMethod::Put,
        &format!("put_into_{name}"),
        &format!("Create or replace a {}", part.noun()),
    )
    .about("Written whole: what the body leaves out gets its default.")
    .parameter(key(part))
    .body(schema(part), &example(part), &JSON)
    .with_conditions()
    .answers_tagged(200, "It was replaced", written(part), example(part))
    .answers_tagged(201, "It is new", written(part), example(part))
    .error(
        400,
        "Every mistake by its JSON pointer; nothing was written",
        MISTAKES,
    )
    .error(404, "The path names no key", NOT_FOUND)
}

fn delete(part: Part) -> Operation {
    let name = part.as_str();
    operation(
        HttpMethod::Delete,
        &format!("delete_from_{name}"),
        &format!("Delete a {}", part.noun()),
    )
    .parameter(key(part))
    .with_conditions()
    .answers_empty(204, "It is deleted")
    .error(404, "There is none", NOT_FOUND)
    .error(
        409,
        "Something refers to it, or its deletion waits for approval; nothing was deleted",
        &[
            Refusal::At(Problem::ManageReferred, "/cards/1", "this refers to it"),
            proposals::WAITS[0],
        ],
    )
}
