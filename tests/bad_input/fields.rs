//! Every field of every form, with everything that it should not take.

use serde_json::{Value, json};
use tidemark::http::form::Kind;
use tidemark::http::{Field, Mode};

use super::{Sweep, Target, is_a_clear_error, targets};

/// JSON texts that a field of this kind does not take.
fn wrong(field: &Field) -> Vec<String> {
    let mut wrong = kind_wrong(&field.kind);
    if field.number_as_text {
        // Of a list's items too.
        let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
        wrong.retain(|text| !is_number(text) && !text.strip_prefix('[').is_some_and(is_number));
    }
    if !field.nullable {
        wrong.push("null".to_owned());
    }
    if field.required && matches!(field.kind, Kind::Text { .. }) {
        wrong.extend(["\"\"", "\"  \"", r#""\t\n""#].map(str::to_owned));
    }
    wrong
}

fn kind_wrong(kind: &Kind) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    match kind {
        Kind::Text { max } | Kind::Secret { max } => {
            let mut wrong =
                texts(&["5", "-0.5", "true", "[]", "{}", r#"["x"]"#, r#""a\u0000b""#, r#""\ud800""#]);
            wrong.push(json!("茶".repeat(max + 1)).to_string());
            wrong
        }
        Kind::Integer { min, max } => {
            let mut wrong =
                texts(&[r#""x""#, "1.5", "true", "[]", "{}", "1e400", r#""""#, r#""1,000""#, "0.1e0"]);
            wrong.push(i128::from(*min).saturating_sub(1).to_string());
            wrong.push((i128::from(*max) + 1).to_string());
            wrong
        }
        Kind::Decimal { places, min, max } => {
            let mut wrong =
                texts(&[r#""x""#, "true", "[]", "{}", "1e400", r#""NaN""#, r#""Infinity""#, r#""""#]);
            wrong.push(format!("\"0.{}1\"", "0".repeat(*places as usize)));
            wrong.push(format!("{}", i128::from(*min) - 1));
            wrong.push(format!("{}", i128::from(*max) + 1));
            wrong
        }
        Kind::Bool => texts(&[r#""true""#, "1", "0", "[]", "{}"]),
        Kind::Instant => texts(&[
            r#""tomorrow""#,
            "5",
            "true",
            "[]",
            r#""2026-02-30""#,
            r#""99999-01-01T00:00:00Z""#,
            r#""""#,
        ]),
        Kind::Id => texts(&[r#""x""#, "5", "true", "[]", "{}", r#""""#, r#""0197-0000""#]),
        Kind::Choice { .. } => texts(&[r#""nonsense""#, r#""""#, "5", "true", "[]", "{}"]),
        Kind::List { of, max } => {
            let mut wrong = texts(&[r#""x""#, "5", "true", "{}"]);
            wrong.extend(kind_wrong(of).into_iter().map(|item| format!("[{item}]")));
            wrong.push(json!(vec![uuid::Uuid::nil(); max + 1]).to_string());
            wrong
        }
        Kind::TextOrJson => texts(&["5", "true", "[]", r#""a\u0000b""#, r#""\ud800""#]),
        Kind::TextOrObject { .. } => texts(&["5", "true", "[]"]),
        Kind::Object(_) | Kind::Json => texts(&[r#""x""#, "5", "true", "[]"]),
    }
}

/// A body with one field's value written as it is.
fn with(mut body: Value, field: &str, raw: &str) -> String {
    body[field] = json!("HERE");
    body.to_string().replace("\"HERE\"", raw)
}

#[tokio::test]
async fn a_wrong_value_is_told_by_the_name_of_its_field() {
    let sweep = Sweep::begin().await;
    let mut tried = 0;
    for target in targets() {
        for field in target.form.fields() {
            for raw in wrong(field) {
                let answer = sweep.sends(target, with(sweep.least(target), field.name, &raw)).await;
                // A text that is longer than any body may be is told so as a body.
                if answer.status == 413 {
                    continue;
                }
                let shown: String = raw.chars().take(60).collect();
                assert_eq!(
                    answer.status, 400,
                    "{} {} {}={shown}: {}",
                    target.method, target.path, field.name, answer.json
                );
                let message = is_a_clear_error(&answer, target.path, 400);
                assert!(message.contains(field.name), "{} {}={shown}: {message}", target.path, field.name);
                if let Kind::Choice { allowed, .. } = field.kind {
                    let names_all = allowed.iter().all(|word| message.contains(word));
                    assert!(names_all || raw == "null", "{}={shown}: {message}", field.name);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "only {tried} were tried");
    sweep.end().await;
}

#[tokio::test]
async fn what_is_required_is_told_by_its_name() {
    let sweep = Sweep::begin().await;
    for target in targets().into_iter().filter(|target| target.mode == Mode::Create) {
        for field in target.form.fields().iter().filter(|field| field.required) {
            let mut body = sweep.least(target);
            body.as_object_mut().unwrap().remove(field.name);
            let answer = sweep.sends(target, body).await;
            let message = is_a_clear_error(&answer, target.path, 400);
            assert!(message.contains(field.name), "{} {}: {message}", target.path, field.name);
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn unknown_fields_are_no_concern() {
    let sweep = Sweep::begin().await;
    // A run that is asked for visits pages, and what it finds is told.
    let asks_nothing = |target: &Target| target.mode == Mode::Change && target.path != "/api/run_task";
    for target in targets().into_iter().filter(asks_nothing) {
        let odd = json!({ "unknown": { "a": [1, null] }, "": 5, "__proto__": {}, "NAME": 1, "名": "x" });
        let answer = sweep.sends(target, odd).await;
        assert_eq!(answer.status, 200, "{}: {}", target.path, answer.json);
    }
    sweep.end().await;
}

#[tokio::test]
async fn of_two_fields_of_one_name_the_last_counts() {
    let sweep = Sweep::begin().await;
    let path = sweep.filled("/api/brands/{id}/");
    let answer = sweep.admin.patch(&path, r#"{"name": 5, "name": "Tea"}"#).await;
    assert_eq!(answer.data()["name"], "Tea");
    let message = sweep.admin.patch(&path, r#"{"name": "Tea", "name": 5}"#).await.fails_with(400);
    assert!(message.contains("name"), "{message}");
    sweep.end().await;
}
