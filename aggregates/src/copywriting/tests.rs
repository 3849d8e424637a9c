use chrono::{DateTime, NaiveDate, Utc};
use cqrs_es::test::AggregateTestExecutor;

use super::*;
use crate::testing::{decimal, faults, text};
use crate::{Refusal, testing};

fn given(events: &[GenerationEvent]) -> AggregateTestExecutor<Generation> {
    testing::given(events)
}

fn asked() -> CopyRequest {
    CopyRequest { product_name: "精華液".to_owned(), ..CopyRequest::default() }
}

fn generated() -> GenerationEvent {
    GenerationEvent::CopyGenerated {
        number: 3,
        user_id: 7,
        asked: asked(),
        template: TemplateName::default(),
        model: "m".to_owned(),
        content: "好".to_owned(),
        used: Used::default(),
    }
}

fn record(asked: CopyRequest) -> GenerationCommand {
    let outcome =
        Outcome::Answered { model: "m".to_owned(), content: "好".to_owned(), used: Used::default() };
    GenerationCommand::RecordCopy { number: 3, user_id: 7, asked, template: TemplateName::default(), outcome }
}

#[test]
fn a_request_is_kept_once() {
    given(&[]).when(record(asked())).then_expect_events(vec![generated()]);
    given(&[generated()]).when(record(asked())).then_expect_error(Refusal::already_exists("generation"));
}

#[test]
fn a_failure_is_kept_too() {
    let outcome = Outcome::Failed { model: "m".to_owned(), reason: "it is away".to_owned(), duration_ms: 5 };
    let command = GenerationCommand::RecordSearch {
        number: 4,
        user_id: 7,
        asked: SearchRequest { query: " 防曬 ".to_owned() },
        outcome,
    };
    given(&[]).when(command).then_expect_events(vec![GenerationEvent::SearchFailed {
        number: 4,
        user_id: 7,
        asked: SearchRequest { query: "防曬".to_owned() },
        model: "m".to_owned(),
        reason: "it is away".to_owned(),
        duration_ms: 5,
    }]);
}

#[test]
fn favourites_toggle_or_are_set() {
    let favor = |favorite| GenerationCommand::Favor { asker: Some(7), favorite };
    let favored = |favorite| GenerationEvent::GenerationFavored { favorite };
    given(&[generated()]).when(favor(None)).then_expect_events(vec![favored(true)]);
    given(&[generated(), favored(true)]).when(favor(None)).then_expect_events(vec![favored(false)]);
    given(&[generated(), favored(true)]).when(favor(Some(true))).then_expect_events(vec![]);
}

#[test]
fn somebody_elses_and_a_deleted_one_are_not_there() {
    let deleted = GenerationEvent::GenerationDeleted {};
    for asker in [Some(7), None] {
        let delete = GenerationCommand::Delete { asker };
        given(&[generated()]).when(delete.clone()).then_expect_events(vec![deleted.clone()]);
        given(&[generated(), deleted.clone()])
            .when(delete)
            .then_expect_error(Refusal::NotFound("generation"));
    }
    let stranger = Some(8);
    for command in [
        GenerationCommand::Delete { asker: stranger },
        GenerationCommand::Favor { asker: stranger, favorite: None },
    ] {
        given(&[generated()]).when(command).then_expect_error(Refusal::NotFound("generation"));
    }
}

#[test]
fn a_request_names_all_that_is_wrong_and_keeps_what_is_right() {
    let wrong = CopyRequest {
        product_name: " ".to_owned(),
        style: text("x".repeat(101)),
        keywords: vec!["a\u{7}".to_owned(); 21],
        provider: Provider::Gemini,
    };
    let found = faults(wrong.checked());
    for field in ["product_name", "style", "keywords", "keywords[0]"] {
        assert!(found.iter().any(|(name, _)| name == field), "{field}: {found:?}");
    }
    let right = CopyRequest {
        product_name: " 精華液 ".to_owned(),
        style: text("  "),
        keywords: vec![" 保濕 ".to_owned(), String::new()],
        provider: Provider::Ollama,
    };
    let kept = right.checked().unwrap();
    assert_eq!(
        (kept.product_name.as_str(), kept.style, kept.keywords),
        ("精華液", None, vec!["保濕".to_owned()])
    );
}

#[test]
fn a_price_counts_from_its_day_on_and_none_is_not_nothing() {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let cost = |model: &str, on| cost_usd(Provider::Gemini, model, on, 1_000_000, 1_000);
    assert_eq!(cost("gemini-2.5-flash", day(2025, 5, 1)), Some(decimal("0.1506")));
    assert_eq!(cost("gemini-2.5-flash", day(2026, 1, 1)), Some(decimal("0.3025")));
    assert_eq!(cost("gemini-2.5-flash-lite-x", day(2026, 1, 1)), Some(decimal("0.1004")));
    assert_eq!(cost("models/gemini-2.5-pro", day(2026, 1, 1)), Some(decimal("1.26")));
    assert_eq!(cost("gemini-2.5-pro", day(2025, 1, 1)), None);
    assert_eq!(cost("gemini-9", day(2026, 1, 1)), None);
    assert_eq!(cost_usd(Provider::Ollama, "llama3:70b", day(2026, 1, 1), 5, 5), Some(decimal("0")));
}

#[test]
fn a_snapshot_says_what_changed_and_otherwise_when_it_was_confirmed() {
    let at = |second: i64| -> DateTime<Utc> { DateTime::from_timestamp(second, 0).unwrap() };
    let keep = |title: &str, second| TrendingCommand::Keep {
        source: "cosme".to_owned(),
        category: String::new(),
        items: vec![TrendingItem { rank: 1, title: title.to_owned(), ..TrendingItem::default() }],
        at: at(second),
    };
    let changed = |title: &str, second| {
        let TrendingCommand::Keep { source, category, items, at } = keep(title, second);
        TrendingEvent::TrendingChanged { source, category, items, at }
    };
    let given = |events: Vec<TrendingEvent>| testing::given::<Trending>(events);
    given(vec![]).when(keep("a", 1)).then_expect_events(vec![changed("a", 1)]);
    let confirmed = TrendingEvent::TrendingConfirmed { at: at(2) };
    given(vec![changed("a", 1)]).when(keep("a", 2)).then_expect_events(vec![confirmed]);
    given(vec![changed("a", 1)]).when(keep("b", 2)).then_expect_events(vec![changed("b", 2)]);
    given(vec![changed("a", 2)]).when(keep("b", 1)).then_expect_events(vec![]);
}
