//! Installment plans in documents, within their cards.

use serde::Serialize;

use crate::catalog::{InstallmentCount, Labels, Plan};
use crate::language::Language;

use super::field;
use super::json::Json;
use super::object::Object;
use super::problem::{Expected, Problem};
use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Plan> {
    let mut plan = Object::of(reader, json)?;
    let pk = plan.required(reader, "pk", field::pk);
    let installment_count = plan.required(reader, "installment_count", installment_count);
    let interest_rate = plan.required(reader, "interest_rate", field::rate);
    let label = plan.nullable(reader, "label", label);
    let is_active = plan.optional(reader, "is_active", true, field::boolean);
    plan.finish(reader);
    Some(Plan {
        pk: pk?,
        installment_count: installment_count?,
        interest_rate: interest_rate?,
        label: label?.unwrap_or_default(),
        is_active: is_active?,
    })
}

fn installment_count(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<InstallmentCount> {
    let parse = |count| InstallmentCount::new(u8::try_from(count).ok()?).ok();
    field::integer(Expected::InstallmentCount, parse)(reader, json)
}

fn label(reader: &mut Reader<'_>, json: &Json<'_>) -> Option<Labels> {
    let Json::Object(members) = json else {
        return reader.expected(Expected::Language);
    };
    let mut labels = Labels::new();
    for (code, json) in members {
        reader.at(code, |reader| match Language::from_code(code) {
            Some(language) => {
                labels.extend(field::name(reader, json).map(|label| (language, label)));
            }
            None => {
                reader.problem::<()>(Problem::Expected(Expected::Language));
            }
        });
    }
    Some(labels)
}

pub(super) fn write(plan: &Plan) -> impl Serialize + '_ {
    #[derive(Serialize)]
    struct Shape<'a> {
        pk: i64,
        installment_count: u8,
        interest_rate: String,
        label: &'a Labels,
        is_active: bool,
    }

    Shape {
        pk: plan.pk.get(),
        installment_count: plan.installment_count.get(),
        interest_rate: plan.interest_rate.to_string(),
        label: &plan.label,
        is_active: plan.is_active,
    }
}
