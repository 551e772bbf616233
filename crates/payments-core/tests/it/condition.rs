//! Reading rules: each mistake with its pointer.

use payments_core::json::{Problem, Violations};
use payments_core::rules::{AmountBound, AmountTest, Condition, Effect, InvalidHourTest};
use serde_json::{Value, json};

fn faults(read: Result<impl std::fmt::Debug, Violations>) -> Vec<(String, Problem)> {
    let mut faults: Vec<_> = read
        .unwrap_err()
        .into_iter()
        .map(|fault| (fault.pointer, fault.problem))
        .collect();
    faults.sort_by(|one, other| one.0.cmp(&other.0));
    faults
}

#[track_caller]
fn has_fault(when: &Value, pointer: &str, problem: Problem) {
    assert_eq!(
        faults(Condition::from_json(when)),
        [(pointer.to_owned(), problem)],
        "{when}"
    );
}

#[test]
fn a_condition_with_all_parts_round_trips() {
    let when = json!({
        "all": [{"currency": ["TRY"]}],
        "any": [{"context": ["basket", "pre-order", "product"]}, {}],
        "not": {"basket_state": ["closed"]},
        "amount": {"min": "50.25", "max": "1000", "currency": "TRY"},
        "category": ["electronics/phones"],
        "attribute": {"refurbished": ["true"]},
        "item": {"category": ["books"], "attribute": {"used": ["no", "0"]}},
        "item_count": {"min": 1, "max": 10},
        "customer_segment": ["vip"],
        "payment_option": ["credit-card"],
        "bank": ["garanti"],
        "card_type": ["bonus"],
        "card": ["bonus-card"],
        "card_payment_type": ["credit", "debit"],
        "commercial": false,
        "installment_count": {"min": 2, "max": 99},
        "date": {"from": "2026-01-01", "until": "2026-12-31"},
        "weekday": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "hour": {"from": 0, "until": 24}
    });
    let condition = Condition::from_json(&when).unwrap();
    assert_eq!(condition.to_json(), when);
}

#[test]
fn conditions_may_be_written_in_rust() {
    let from_50 = AmountBound::from_decimal(&50.into()).unwrap();
    let amount = AmountTest {
        min: Some(from_50),
        ..AmountTest::default()
    };
    let condition = Condition {
        amount: Some(amount),
        ..Condition::default()
    };
    assert_eq!(condition.to_json(), json!({"amount": {"min": "50"}}));
}

#[test]
fn all_mistakes_are_reported_with_their_pointers() {
    let when = json!({
        "all": [{"bank": ["ok", "Not OK"]}, {"amount": {"min": "-1"}}],
        "colour": 1,
        "attribute": {"a-b.c": [1]},
        "weekday": [],
    });
    assert_eq!(
        faults(Condition::from_json(&when)),
        [
            ("/all/0/bank/1".to_owned(), Problem::Expected("a slug")),
            (
                "/all/1/amount/min".to_owned(),
                Problem::Expected("a decimal from 0 on with at most 4 fraction digits")
            ),
            (
                "/attribute/a-b.c/0".to_owned(),
                Problem::Expected("a text of at most 200 characters")
            ),
            ("/colour".to_owned(), Problem::UnknownKey),
            ("/weekday".to_owned(), Problem::Empty),
        ]
    );
}

#[test]
fn a_stored_attribute_with_an_odd_name_can_still_be_read() {
    let when = json!({"attribute": {"Renk adı": ["gül"]}});
    let stored = Condition::from_stored(&when).unwrap();
    assert_eq!(stored.to_json(), when);
    assert!(Condition::from_json(&when).is_err());
    assert!(Condition::from_stored(&json!({"attribute": {"": ["gül"]}})).is_err());
}

#[test]
fn a_name_not_shaped_like_a_key_is_refused_and_not_repeated() {
    for name in ["a/b~c", "evil 4111 1111", "4111111111111111", "<b>", ""] {
        for (when, pointer) in [
            (json!({"attribute": {name: ["1"]}}), "/attribute/?"),
            (json!({"attribute": {name: []}}), "/attribute/?"),
            (
                json!({"item": {"attribute": {name: [1]}}}),
                "/item/attribute/?",
            ),
        ] {
            has_fault(
                &when,
                pointer,
                Problem::Expected("a key of 1 to 64 letters, digits, dashes, dots or underscores"),
            );
        }
        has_fault(&json!({name: 1}), "/?", Problem::UnknownKey);
        assert_eq!(
            faults(Effect::from_json(&json!({name: 1}))),
            [("/?".to_owned(), Problem::UnknownKey)]
        );
    }
}

#[test]
fn each_value_has_its_type() {
    let expected = |pointer: &str, when: Value, expected: &'static str| {
        has_fault(&when, pointer, Problem::Expected(expected));
    };
    expected("", json!([]), "an object");
    expected("", json!(null), "an object");
    expected("/not", json!({"not": []}), "an object");
    expected("/any", json!({"any": {}}), "a list");
    expected("/bank", json!({"bank": "garanti"}), "a list");
    expected(
        "/currency/0",
        json!({"currency": ["try"]}),
        "an ISO 4217 currency code such as TRY",
    );
    expected(
        "/context/0",
        json!({"context": ["pre_order"]}),
        "basket, pre-order or product",
    );
    expected(
        "/category/0",
        json!({"category": ["/phones"]}),
        "a category path such as electronics/phones",
    );
    expected(
        "/card_payment_type/0",
        json!({"card_payment_type": [1]}),
        "credit or debit",
    );
    expected(
        "/weekday/0",
        json!({"weekday": ["Monday"]}),
        "mon, tue, wed, thu, fri, sat or sun",
    );
    expected(
        "/date/from",
        json!({"date": {"from": "2026-02-30"}}),
        "a date such as 2026-12-31",
    );
    expected(
        "/date/from",
        json!({"date": {"from": "2026-2-3"}}),
        "a date such as 2026-12-31",
    );
    expected(
        "/hour/until",
        json!({"hour": {"until": 25}}),
        "a whole number from 0 to 24",
    );
    expected(
        "/item_count/min",
        json!({"item_count": {"min": -1}}),
        "a whole number from 0 on",
    );
    expected(
        "/item_count/min",
        json!({"item_count": {"min": 1.5}}),
        "a whole number from 0 on",
    );
    expected(
        "/installment_count/max",
        json!({"installment_count": {"max": 100}}),
        "an integer from 1 to 99",
    );
}

#[test]
fn amounts_are_plain_decimals() {
    for bad in [
        json!("1e3"),
        json!("+1"),
        json!(" 1"),
        json!("1."),
        json!(".5"),
        json!("1,5"),
    ] {
        let when = json!({"amount": {"min": bad}});
        has_fault(
            &when,
            "/amount/min",
            Problem::Expected("a decimal from 0 on with at most 4 fraction digits"),
        );
    }
    for bad in [
        json!("٣"),
        json!("1.2.3"),
        json!("0.00001"),
        json!("9".repeat(65)),
        json!(true),
    ] {
        let when = json!({"amount": {"max": bad}});
        has_fault(
            &when,
            "/amount/max",
            Problem::Expected("a decimal from 0 on with at most 4 fraction digits"),
        );
    }
    assert_eq!(
        Condition::from_json(&json!({"amount": {"min": 19.49}})),
        Condition::from_json(&json!({"amount": {"min": "19.4900"}})),
    );
}

#[test]
fn empty_and_impossible_tests_are_refused() {
    for (key, value) in [
        ("amount", json!({})),
        ("item", json!({})),
        ("attribute", json!({})),
        ("date", json!({})),
        ("hour", json!({})),
        ("item_count", json!({})),
        ("installment_count", json!({})),
        ("all", json!([])),
        ("any", json!([])),
    ] {
        has_fault(&json!({key: value}), &format!("/{key}"), Problem::Empty);
    }
    for (key, value) in [
        ("amount", json!({"min": 2, "max": 1})),
        ("item_count", json!({"min": 2, "max": 1})),
        ("installment_count", json!({"min": 2, "max": 1})),
        ("date", json!({"from": "2026-12-31", "until": "2026-01-01"})),
    ] {
        has_fault(
            &json!({key: value}),
            &format!("/{key}"),
            Problem::Invalid("the end lies before the beginning".into()),
        );
    }
    for hours in [
        json!({"from": 22, "until": 6}),
        json!({"from": 9, "until": 9}),
        json!({"from": 24}),
    ] {
        let when = json!({"hour": hours});
        has_fault(
            &when,
            "/hour",
            Problem::Invalid(InvalidHourTest.to_string().into()),
        );
        assert_eq!(
            Condition::from_json(&when).unwrap_err()[0].to_string(),
            "/hour: use hours from 0 to 24, the first below the second"
        );
    }
}

#[test]
fn depth_and_size_are_limited() {
    let nested = |depth| (1..depth).fold(json!({}), |inner, _| json!({"not": inner}));
    assert!(Condition::from_json(&nested(Condition::MAX_DEPTH)).is_ok());
    let too_deep = nested(Condition::MAX_DEPTH + 1);
    has_fault(
        &too_deep,
        &"/not".repeat(Condition::MAX_DEPTH),
        Problem::Invalid("conditions are nested more than 16 deep".into()),
    );

    let wide = json!({"bank": vec!["garanti"; Condition::MAX_LIST + 1]});
    has_fault(&wide, "/bank", Problem::TooLong);

    let half = vec![json!({}); Condition::MAX_SIZE / 2];
    let large = json!({"all": half, "any": half});
    has_fault(
        &large,
        &format!("/any/{}", Condition::MAX_SIZE / 2 - 1),
        Problem::TooLong,
    );

    let full = vec![json!({}); Condition::MAX_SIZE - 1];
    let (half, rest) = full.split_at(Condition::MAX_LIST.min(Condition::MAX_SIZE / 2));
    let largest = Condition::from_json(&json!({"all": half, "any": rest})).unwrap();
    assert_eq!(
        largest.all.len() + largest.any.len(),
        Condition::MAX_SIZE - 1
    );

    let attributes = |count: usize| {
        let one = |number: usize| (format!("a{number}"), json!(["x"]));
        let all: serde_json::Map<String, Value> = (0..count).map(one).collect();
        json!({"attribute": all})
    };
    assert!(Condition::from_json(&attributes(Condition::MAX_LIST)).is_ok());
    for more in 1..3 {
        let too_many = attributes(Condition::MAX_LIST + more);
        has_fault(&too_many, "/attribute", Problem::TooLong);
    }

    let hopeless = json!({"bank": vec![1; 400]});
    assert_eq!(Condition::from_json(&hopeless).unwrap_err().len(), 100);
}

#[test]
fn a_day_has_four_digits_for_the_year_and_two_for_the_others() {
    let when = |day: &str| json!({"date": {"from": day}});
    assert!(Condition::from_json(&when("2026-12-31")).is_ok());
    for day in ["+12026-01-31", "+2026-1-31", "2026-1-031", "2026-1-31"] {
        has_fault(
            &when(day),
            "/date/from",
            Problem::Expected("a date such as 2026-12-31"),
        );
    }
}

#[test]
fn effects_round_trip() {
    let then = json!({
        "exclude": true,
        "cap_installments": 3,
        "minimum_installment_amount": "50",
        "replace_rate": "1.25",
    });
    assert_eq!(Effect::from_json(&then).unwrap().to_json(), then);
    let effect: Effect = serde_json::from_value(then.clone()).unwrap();
    assert_eq!(serde_json::to_value(effect).unwrap(), then);
    assert!(serde_json::from_value::<Effect>(json!({"exclude": false})).is_err());
    assert_eq!(Effect::from_json(&json!({})).unwrap(), Effect::default());
    assert_eq!(
        Effect::from_json(&json!({"minimum_installment_amount": 50.00, "replace_rate": 1.25})),
        Effect::from_json(&json!({"minimum_installment_amount": "50.00", "replace_rate": "1.250"})),
    );
}

#[test]
fn mistakes_in_effects_are_reported() {
    let then = json!({
        "exclude": false,
        "cap_installments": 0,
        "minimum_installment_amount": "-1",
        "replace_rate": "1000.5",
        "free": true,
    });
    assert_eq!(
        faults(Effect::from_json(&then)),
        [
            (
                "/cap_installments".to_owned(),
                Problem::Expected("an integer from 1 to 99")
            ),
            ("/exclude".to_owned(), Problem::Expected("true")),
            ("/free".to_owned(), Problem::UnknownKey),
            (
                "/minimum_installment_amount".to_owned(),
                Problem::Expected("a decimal from 0 on with at most 4 fraction digits")
            ),
            (
                "/replace_rate".to_owned(),
                Problem::Expected(
                    "a percentage from -99.9999 to 1000 with at most 4 fraction digits"
                )
            ),
        ]
    );
}

#[test]
fn serde_reports_every_mistake() {
    let error = serde_json::from_str::<Condition>(r#"{"bank": [1], "x": 1}"#).unwrap_err();
    assert_eq!(error.to_string(), "/x: unknown key; /bank/0: use a slug");
}
