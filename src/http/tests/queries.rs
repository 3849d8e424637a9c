use super::*;

fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

#[test]
fn bad_pages_fall_back_and_large_ones_are_cut() {
    let page = |text: &str| {
        let page = query(text).page("per_page");
        (page.number, page.rows)
    };
    assert_eq!(page(""), (1, 50));
    assert_eq!(page("page=3&per_page=20"), (3, 20));
    for bad in ["0", "-1", "x", "1.5", "", "99999999999999999999999"] {
        assert_eq!(page(&format!("page={bad}&per_page={bad}")), (1, 50), "{bad}");
    }
    assert_eq!(page("per_page=1000"), (1, 1000));
    assert_eq!(page("per_page=1001"), (1, 1000));
    let far = query("page=18446744073709551615&per_page=1000").page("per_page");
    assert!(far.offset() > 0 && far.limit() == 1000);
    assert_eq!(query("page=3&per_page=20").page("per_page").offset(), 40);
}

#[test]
fn a_page_is_only_taken_when_asked_for() {
    assert_eq!(query("search=x").page_if_asked("page_size"), None);
    assert_eq!(query("page_size=x").page_if_asked("page_size"), Some(Page { number: 1, rows: 50 }));
    assert_eq!(query("page=2").page_if_asked("page_size"), Some(Page { number: 2, rows: 50 }));
}

#[test]
fn text_is_decoded_and_the_last_of_several_counts() {
    let query = query("q=a+b%2B%E8%8C%B6&q2=1&q2=2&empty=&&bare&=x");
    assert_eq!(query.text("q"), Some("a b+茶"));
    assert_eq!(query.text("q2"), Some("2"));
    assert_eq!((query.text("empty"), query.text("bare"), query.text("none")), (None, None, None));
}

#[test]
fn what_cannot_be_text_is_refused() {
    assert!(Query::parse("q=%ff").is_err());
    assert!(Query::parse("%c3=1").is_err());
    assert!(Query::parse("q=a%00").is_err());
    assert!(Query::parse(&"a=1&".repeat(101)).is_err());
    assert_eq!(query("q=100%").text("q"), Some("100%"));
}

#[test]
fn bad_values_are_400s_that_name_the_parameter() {
    let query = query("status=late&n=1.5&far=11&id=7&at=noon&on=maybe");
    let told = |error: ApiError| {
        assert_eq!(error.code(), Code::ValidationError);
        error.message().to_owned()
    };
    assert_eq!(
        told(query.choice("status", &["early", "on_time"]).unwrap_err()),
        "status must be one of early, on_time"
    );
    assert_eq!(told(query.integer("n", 1, 10).unwrap_err()), "n must be a whole number");
    assert_eq!(told(query.integer("far", 1, 10).unwrap_err()), "far must be between 1 and 10");
    assert_eq!(told(query.id("id").unwrap_err()), "id must be a UUID");
    assert_eq!(told(query.date("at").unwrap_err()), "at must be a date like 2026-01-31");
    assert!(told(query.instant("at").unwrap_err()).starts_with("at must be a time like"));
    assert_eq!(told(query.flag("on").unwrap_err()), "on must be 1 or 0");
}

#[test]
fn good_values_are_read() {
    let query = query("status=early&n=7&at=2026-01-31T09:00:00+08:00&day=2026-01-31&on&off=0");
    assert_eq!(query.choice("status", &["early"]).unwrap(), Some("early"));
    assert_eq!(Query::parse("order=DESC").unwrap().choice("order", &["desc"]).unwrap(), Some("desc"));
    assert_eq!(query.integer("n", 1, 10).unwrap(), Some(7));
    assert_eq!(query.instant("at").unwrap().unwrap().to_rfc3339(), "2026-01-31T01:00:00+00:00");
    assert_eq!(query.instant("day").unwrap().unwrap().to_rfc3339(), "2026-01-31T00:00:00+00:00");
    assert_eq!(query.date("day").unwrap().unwrap().to_string(), "2026-01-31");
    assert!(query.flag("on").unwrap() && !query.flag("off").unwrap() && !query.flag("none").unwrap());
    assert_eq!(query.choice("none", &["early"]).unwrap(), None);
}
