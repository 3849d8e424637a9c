use chrono::{TimeZone, Utc};
use serde_json::json;
use uuid::Uuid;

use super::*;

const NESTED: Form = Form::new(&[Field::text("code", 5).required(), Field::counter("count")]);
const FORM: Form = Form::new(&[
    Field::text("name", 10).required(),
    Field::nullable_text("note", 20),
    Field::text("figure", 20).nullable().or_number(),
    Field::secret("password", 20),
    Field::counter("stock"),
    Field::integer("level", -5, 5),
    Field::decimal_within("rate", 2, 0, 100).nullable(),
    Field::decimal("amount", 2),
    Field::boolean("open"),
    Field::instant("starts").nullable(),
    Field::id("brand"),
    Field::ids("links"),
    Field::list("tags", &Kind::Text { max: 3 }, 2),
    Field::choice_also("status", &["pending", "done"], &[("已完成", "done")]),
    Field::object("scope", &NESTED),
    Field::list("rows", &Kind::Object(&NESTED), 3),
    Field::json("extra"),
]);

fn read(body: &str) -> Result<Values, ApiError> {
    FORM.read(body.as_bytes(), Mode::Change)
}

/// The value of a body with one field.
fn one(field: &str, value: &str) -> Values {
    read(&format!("{{\"{field}\": {value}}}"))
        .unwrap_or_else(|error| panic!("{field} {value}: {}", error.message()))
}

/// The code and message of the single fault of a body with one field.
fn fault(field: &str, value: &str) -> (String, String) {
    let error = read(&format!("{{\"{field}\": {value}}}")).unwrap_err();
    let details = error.details().unwrap().as_array().unwrap().clone();
    assert_eq!(details.len(), 1, "{details:?}");
    (details[0]["code"].as_str().unwrap().to_owned(), error.message().to_owned())
}

#[test]
fn absent_null_and_value_are_three_things() {
    let values = read(r#"{"note": null, "rate": "1.50"}"#).unwrap();
    assert_eq!((values.has("note"), values.has("name")), (true, false));
    assert_eq!(values.nullable_text("note"), Some(None));
    assert_eq!(values.nullable_text("figure"), None);
    assert_eq!(values.nullable_decimal("rate").flatten().unwrap().to_string(), "1.50");
    assert_eq!(values.text("note"), None);
    assert!(read("{}").unwrap().is_empty());
}

#[test]
fn required_fields_must_be_there_to_create_and_never_empty() {
    for (body, mode) in
        [("{}", Mode::Create), (r#"{"name":null}"#, Mode::Change), (r#"{"name":"  "}"#, Mode::Change)]
    {
        let error = FORM.read(body.as_bytes(), mode).unwrap_err();
        assert_eq!(error.message(), "name is required", "{body}");
        assert_eq!(error.details().unwrap()[0]["code"], "required");
    }
    assert!(FORM.read(b"{}", Mode::Change).is_ok());
}

#[test]
fn text_is_kept_as_typed_and_names_are_trimmed() {
    assert_eq!(one("name", r#""  Tea ""#).text("name").unwrap(), "Tea");
    assert_eq!(one("note", r#""  a\n""#).text("note").unwrap(), "  a\n");
    assert_eq!(one("note", r#""""#).nullable_text("note"), Some(Some(String::new())));
    assert_eq!(one("name", r#""一二三四五六七八九十""#).text("name").unwrap().chars().count(), 10);
    assert_eq!(
        fault("name", r#""12345678901""#),
        ("too_long".into(), "name must have at most 10 characters".into())
    );
    assert_eq!(one("password", r#"" x ""#).text("password").unwrap(), " x ");
    for wrong in ["5", "true", "[]", "{}"] {
        assert_eq!(fault("name", wrong), ("wrong_type".into(), "name must be text".into()));
    }
    assert_eq!(fault("note", r#""a\u0000b""#).0, "invalid_text");
    assert_eq!(fault("note", r#""\ud800""#).0, "invalid_text");
    assert_eq!(one("figure", "1.50").text("figure").unwrap(), "1.50");
    assert_eq!(fault("figure", "true").0, "wrong_type");
}

#[test]
fn null_is_refused_where_it_is_no_value() {
    let (code, message) = fault("stock", "null");
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("null", "stock may not be null: it must be a whole number")
    );
}

#[test]
fn whole_numbers() {
    for (written, number) in
        [("3", 3), ("3.0", 3), ("\"3\"", 3), ("3e2", 300), ("30e-1", 3), ("-0", 0), ("\" 7 \"", 7)]
    {
        assert_eq!(one("stock", written).integer("stock"), Some(number), "{written}");
    }
    assert_eq!(one("stock", "9223372036854775807").integer("stock"), Some(i64::MAX));
    assert_eq!(one("level", "-5").integer("level"), Some(-5));
    for wrong in
        ["1.5", "\"x\"", "\"\"", "true", "[1]", "\"0x1F\"", "\"1_000\"", "\"+1\"", "\"NaN\"", "1e-400"]
    {
        assert_eq!(
            fault("stock", wrong),
            ("wrong_type".into(), "stock must be a whole number".into()),
            "{wrong}"
        );
    }
    for outside in
        ["-1", "9223372036854775808", "1e400", "1e999999999999999999999", "123456789012345678901234567890"]
    {
        assert_eq!(fault("stock", outside).0, "out_of_range", "{outside}");
    }
    assert_eq!(fault("level", "6").1, "level must be between -5 and 5");
}

#[test]
fn decimals_are_exact_from_numbers_and_strings() {
    for written in ["0.1", "\"0.1\"", "0.10", "1e-1", "0.1000000000000000000000000000000000000000000"] {
        assert_eq!(one("amount", written).decimal("amount").unwrap().to_string(), "0.10", "{written}");
    }
    assert_eq!(one("amount", "-12.5").decimal("amount").unwrap().to_string(), "-12.50");
    assert_eq!(one("amount", "999999999999999").decimal("amount").unwrap().to_string(), "999999999999999.00");
    for precise in
        ["0.105", "0.30000000000000004", "1e-400", "0.123456789012345678901234567890123456789012345"]
    {
        assert_eq!(fault("amount", precise).1, "amount must have at most 2 decimal places", "{precise}");
    }
    for outside in ["1e400", "1e15", "-1e15", "123456789012345678901234567890", "1e9999999999999999999999"] {
        assert_eq!(fault("amount", outside).0, "out_of_range", "{outside}");
    }
    for wrong in
        ["\"\"", "\"1,000\"", "\"١\"", "\"1.\"", "\".5\"", "\"1e\"", "\"-\"", "\"Infinity\"", "true", "{}"]
    {
        assert_eq!(
            fault("amount", wrong),
            ("wrong_type".into(), "amount must be a number".into()),
            "{wrong}"
        );
    }
    assert_eq!(fault("rate", "100.01").1, "rate must be between 0 and 100");
    assert_eq!(one("rate", "100").decimal("rate").unwrap().to_string(), "100.00");
}

#[test]
fn truth_is_spelled_true_or_false() {
    assert_eq!(one("open", "true").boolean("open"), Some(true));
    for wrong in ["1", "0", "\"true\"", "[]"] {
        assert_eq!(fault("open", wrong).1, "open must be true or false");
    }
}

#[test]
fn times_are_rfc_3339_or_dates() {
    let at = |written: &str| one("starts", written).instant("starts").unwrap();
    let morning = Utc.with_ymd_and_hms(2026, 1, 31, 1, 0, 0).unwrap();
    assert_eq!(at("\"2026-01-31T01:00:00Z\""), morning);
    assert_eq!(at("\"2026-01-31T09:00:00+08:00\""), morning);
    assert_eq!(at("\"2026-01-31\""), Utc.with_ymd_and_hms(2026, 1, 31, 0, 0, 0).unwrap());
    assert_eq!(at("\"2026-01-31T01:00:00.123456789Z\"").timestamp_subsec_nanos(), 123_456_000);
    for wrong in [
        "\"2026-02-30\"",
        "\"noon\"",
        "\"\"",
        "5",
        "\"2026-01-31T09:00:00\"",
        "\"0000-01-01\"",
        "\"+99999-01-01\"",
    ] {
        let (code, message) = fault("starts", wrong);
        assert_eq!(code, "wrong_type", "{wrong}");
        assert!(message.starts_with("starts must be a time like"), "{message}");
    }
    assert_eq!(read(r#"{"starts":null}"#).unwrap().nullable_instant("starts"), Some(None));
}

#[test]
fn ids_and_lists_of_them() {
    let id = Uuid::now_v7();
    assert_eq!(one("brand", &format!("\"{id}\"")).id("brand"), Some(id));
    assert_eq!(fault("brand", "\"7\"").1, "brand must be a UUID");
    assert_eq!(one("links", &format!("[\"{id}\",\"{id}\"]")).ids("links"), Some(vec![id, id]));
    assert_eq!(one("links", "[]").ids("links"), Some(vec![]));
    assert_eq!(fault("links", &format!("[\"{id}\",7,8]")).1, "links[1] must be a UUID");
    assert_eq!(fault("links", "\"x\"").1, "links must be a list of UUIDs");
    assert_eq!(one("tags", r#"["a","b"]"#).texts("tags").unwrap(), ["a", "b"]);
    assert_eq!(fault("tags", r#"["a","b","c"]"#).0, "too_long");
    assert_eq!(fault("tags", r#"["long"]"#).1, "tags[0] must have at most 3 characters");
    assert_eq!(fault("tags", "[null]").0, "wrong_type");
}

#[test]
fn words_are_named_when_another_is_sent() {
    assert_eq!(one("status", "\"pending\"").choice("status"), Some("pending"));
    assert_eq!(one("status", "\"已完成\"").choice("status"), Some("done"));
    assert_eq!(
        fault("status", "\"late\""),
        ("unknown_value".into(), "status must be one of pending, done".into())
    );
    assert_eq!(fault("status", "5").0, "wrong_type");
}

#[test]
fn objects_have_forms_of_their_own() {
    let values = one("scope", r#"{"code":"x","count":2,"other":1}"#).object("scope").unwrap();
    assert_eq!((values.text("code").unwrap().as_str(), values.integer("count")), ("x", Some(2)));
    assert_eq!(fault("scope", r#"{"count":2}"#).1, "scope.code is required");
    assert_eq!(fault("scope", "[]").1, "scope must be an object");
    assert_eq!(one("rows", r#"[{"code":"x"}]"#).objects("rows").unwrap().len(), 1);
    assert_eq!(fault("rows", r#"[{"code":"x"},{}]"#).1, "rows[1].code is required");
    assert_eq!(one("extra", r#"{"a":[1]}"#).json("extra").unwrap().values["a"], json!([1]));
    assert_eq!(fault("extra", r#"{"a":"\u0000"}"#).0, "invalid_text");
    assert_eq!(fault("extra", "[]").0, "wrong_type");
}

#[test]
fn all_faults_are_told_at_once() {
    let error = FORM.read(br#"{"stock":"x","rate":101,"open":1,"brand":2}"#, Mode::Create).unwrap_err();
    let fields: Vec<_> =
        error.details().unwrap().as_array().unwrap().iter().map(|fault| fault["field"].clone()).collect();
    assert_eq!(fields, ["name", "stock", "rate", "open", "brand"]);
}

#[test]
fn unknown_fields_are_ignored_and_the_last_of_a_name_wins() {
    let values = read(r#"{"name":"a","else":{"deep":[1,{}]},"name":"b","stock":"x","stock":2}"#).unwrap();
    assert_eq!((values.text("name").unwrap().as_str(), values.integer("stock")), ("b", Some(2)));
}

#[test]
fn bodies_that_are_no_objects_say_what_is_wrong() {
    let told = |body: &[u8]| FORM.read(body, Mode::Change).unwrap_err().message().to_owned();
    assert_eq!(told(b""), "the body is empty: a JSON object is expected");
    assert_eq!(told(b" \n "), told(b""));
    for other in ["[]", "5", "\"x\"", "null", "true"] {
        assert_eq!(told(other.as_bytes()), "the body must be a JSON object");
    }
    let broken = told(b"{\"name\":\n \"a\",}");
    assert!(
        broken.starts_with("the body is not valid JSON") && broken.ends_with("line 2 column 6"),
        "{broken}"
    );
    for broken in [
        "{",
        "{\"name\":",
        "{\"a\":1}x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":\"\n\"}",
        "{\"a\":tru}",
    ] {
        assert!(told(broken.as_bytes()).starts_with("the body is not valid JSON"), "{broken}");
    }
    assert_eq!(told(b"{\"name\":\"\xff\"}"), "the body is not valid UTF-8 (byte 10)");
    assert!(read("\u{feff}{\"name\":\"a\"}").is_ok());
}

#[test]
fn depth_is_limited_without_touching_the_stack() {
    let nested = |depth: usize| format!("{{\"else\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(read(&nested(64)).is_ok());
    assert_eq!(read(&nested(65)).unwrap_err().message(), "the body nests deeper than 64 levels");
    assert!(read(&"[".repeat(1_000_000)).is_err());
    assert!(read(&"{\"a\":".repeat(1_000_000)).is_err());
    assert!(read(&format!("{{\"note\":\"{}\\\"[[\"}}", "[".repeat(10))).is_ok());
}

#[test]
fn a_form_describes_itself() {
    let schema = FORM.schema(Mode::Create);
    assert_eq!(schema["required"], json!(["name"]));
    assert_eq!(FORM.schema(Mode::Change).get("required"), None);
    assert_eq!(schema["properties"]["note"]["type"], json!(["string", "null"]));
    assert_eq!(schema["properties"]["stock"]["minimum"], 0);
    assert_eq!(schema["properties"]["status"]["enum"], json!(["pending", "done"]));
    assert_eq!(schema["properties"]["links"]["items"]["format"], "uuid");
    assert_eq!(schema["properties"]["password"]["writeOnly"], true);
    assert_eq!(schema["properties"]["scope"]["required"], json!(["code"]));
}
