//! Copy and searches, kept, favoured and deleted; snapshots of what is talked about.

use aggregates::copywriting::{
    CopyRequest, Findings, Generation, GenerationCommand, Outcome, SearchRequest, TemplateName, Trending,
    TrendingCommand, TrendingItem, Used,
};
use chrono::{DateTime, Duration};
use rust_decimal::Decimal;

use super::{Choices, Slice, may, number};
use crate::support::History;

/// The most requests there are.
const REQUESTS: i64 = 90;

/// Few requests, few sources.
pub(crate) struct Copywriting;

impl Slice for Copywriting {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        if choices.once_in(5) {
            return trend(history, choices, act);
        }
        let number = choices.number(REQUESTS);
        let command = if history.state::<Generation>(&number.to_string()).0 == 0 {
            asked(choices, number, act)
        } else if choices.once_in(6) {
            GenerationCommand::Delete { asker: None }
        } else {
            GenerationCommand::Favor { asker: None, favorite: None }
        };
        may::<Generation>(history, &number, command);
    }
}

fn asked(choices: &mut Choices, number: i64, act: usize) -> GenerationCommand {
    let (user_id, is_copy) = (choices.number(3), choices.once_in(2));
    if is_copy {
        let asked = CopyRequest { product_name: format!("tea {act}"), ..CopyRequest::default() };
        let outcome = outcome(choices, format!("copy {act}"), act);
        let template = TemplateName::default();
        GenerationCommand::RecordCopy { number, user_id, asked, template, outcome }
    } else {
        let asked = SearchRequest { query: format!("tea {act}?") };
        let findings = Findings { answer: format!("answer {act}"), ..Findings::default() };
        let outcome = outcome(choices, findings, act);
        GenerationCommand::RecordSearch { number, user_id, asked, outcome }
    }
}

fn outcome<T>(choices: &mut Choices, content: T, act: usize) -> Outcome<T> {
    let model = "m1".to_owned();
    if choices.once_in(4) {
        return Outcome::Failed { model, reason: format!("why {act}"), duration_ms: number(act) };
    }
    let cost_usd = choices.once_in(2).then(|| Decimal::new(1_200, 6));
    let used = Used { duration_ms: number(act), input_tokens: 10, output_tokens: 20, cost_usd };
    Outcome::Answered { model, content, used }
}

fn trend(history: &mut History, choices: &mut Choices, act: usize) {
    let (source, category) = (choices.one(&["mybest", "cosme"]), choices.one(&["", "tea"]));
    let item =
        TrendingItem { rank: 1, title: format!("item {}", choices.below(2)), ..TrendingItem::default() };
    let at = DateTime::UNIX_EPOCH + Duration::minutes(number(act));
    let (stream, items) = (format!("{source}/{category}"), vec![item]);
    let command = TrendingCommand::Keep { source: source.into(), category: category.into(), items, at };
    may::<Trending>(history, &stream, command);
}
