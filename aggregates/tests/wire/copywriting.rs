//! Requests to models, and what is talked about elsewhere.

use aggregates::copywriting::{
    CopyRequest, Findings, GenerationEvent, Provider, SearchRequest, Segment, Source, TemplateName,
    TrendingEvent, TrendingItem, Used,
};
use chrono::DateTime;
use rust_decimal::Decimal;

use super::text;

pub(super) fn generation_events() -> Vec<(&'static str, GenerationEvent)> {
    let asked = |provider| CopyRequest {
        product_name: "精華液".to_owned(),
        style: text("吸睛"),
        keywords: vec!["保濕".to_owned(), "抗老".to_owned()],
        provider,
    };
    let bare = CopyRequest { product_name: "精華液".to_owned(), ..CopyRequest::default() };
    let template = || TemplateName { style: "吸睛".to_owned(), version: 1 };
    let used = |cost_usd| Used { duration_ms: 5_200, input_tokens: 120, output_tokens: 85, cost_usd };
    let generated = |asked, cost_usd| GenerationEvent::CopyGenerated {
        number: 3,
        user_id: 7,
        asked,
        template: template(),
        model: "llama3:70b".to_owned(),
        content: "水嫩一整天！".to_owned(),
        used: used(cost_usd),
    };
    let query = || SearchRequest { query: "防曬".to_owned() };
    let found = |findings| GenerationEvent::SearchAnswered {
        number: 4,
        user_id: 7,
        asked: query(),
        model: "gemini-2.5-flash".to_owned(),
        findings,
        used: used(Some(Decimal::new(2485, 7))),
    };
    let findings = Findings {
        answer: "每天擦。".to_owned(),
        sources: vec![Source { uri: "https://a.example".to_owned(), title: text("a") }],
        segments: vec![Segment { start: 0, end: 12, text: "每天擦。".to_owned(), sources: vec![0] }],
        queries: vec!["防曬".to_owned()],
        rendered: text("<div>x</div>"),
    };
    vec![
        ("full", generated(asked(Provider::Gemini), Some(Decimal::new(2485, 7)))),
        ("bare", generated(bare, None)),
        (
            "full",
            GenerationEvent::CopyFailed {
                number: 5,
                user_id: 7,
                asked: asked(Provider::Ollama),
                template: template(),
                model: "llama3:70b".to_owned(),
                reason: "it does not answer".to_owned(),
                duration_ms: 12,
            },
        ),
        ("full", found(findings)),
        ("bare", found(Findings { answer: "x".to_owned(), ..Findings::default() })),
        (
            "full",
            GenerationEvent::SearchFailed {
                number: 6,
                user_id: 7,
                asked: query(),
                model: "gemini-2.5-flash".to_owned(),
                reason: "it took longer than 60 s".to_owned(),
                duration_ms: 60_000,
            },
        ),
        ("full", GenerationEvent::GenerationFavored { favorite: true }),
        ("taken back", GenerationEvent::GenerationFavored { favorite: false }),
        ("full", GenerationEvent::GenerationDeleted {}),
    ]
}

pub(super) fn trending_events() -> Vec<(&'static str, TrendingEvent)> {
    let at = DateTime::UNIX_EPOCH;
    let changed = |items| TrendingEvent::TrendingChanged {
        source: "cosme".to_owned(),
        category: "美妝".to_owned(),
        items,
        at,
    };
    let full = TrendingItem {
        rank: 1,
        title: "防曬霜".to_owned(),
        url: text("https://a.example/1"),
        image_url: text("https://a.example/1.jpg"),
        note: text("熱"),
    };
    let bare = TrendingItem { rank: 2, title: "面膜".to_owned(), ..TrendingItem::default() };
    vec![
        ("full", changed(vec![full, bare])),
        ("bare", changed(Vec::new())),
        ("full", TrendingEvent::TrendingConfirmed { at }),
    ]
}
