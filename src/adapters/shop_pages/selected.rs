//! Prices where a person said that they are: by a CSS selector or a regular expression.

use regex::Regex;
use scraper::{ElementRef, Html, Selector};

use super::candidate::{Candidate, Role, Source};
use super::document;
use super::numerals::Numerals;
use crate::limits;

/// What the selector points at; text that is struck through is the price before.
pub(super) fn by_css(
    html: &Html,
    selector: &Selector,
    attribute: Option<&str>,
    pattern: Option<&Regex>,
    numerals: Numerals,
) -> (usize, Vec<Candidate>) {
    let (mut elements, mut found) = (0, Vec::new());
    for element in html.select(selector).take(limits::CRAWL_CANDIDATES) {
        elements += 1;
        let attribute = attribute.or_else(|| (element.value().name() == "meta").then_some("content"));
        if let Some(name) = attribute {
            let value = element.attr(name).unwrap_or_default();
            found.extend(Candidate::of_value(Source::Css, name, value, numerals, Role::Plain));
            continue;
        }
        if let Some(pattern) = pattern {
            found.extend(matching(Source::Css, &document::text_of(element, 4_000), pattern, numerals));
            continue;
        }
        for (text, is_struck) in pieces(element) {
            let (at, role) = if is_struck { ("struck", Role::Regular) } else { ("text", Role::Plain) };
            found.extend(Candidate::of_text(Source::Css, at, &text, numerals, role));
        }
    }
    (elements, found)
}

/// The element's text, in stretches that are struck through or not.
fn pieces(element: ElementRef<'_>) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut length = 0;
    for node in element.descendants() {
        let Some(text) = node.value().as_text() else { continue };
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            continue;
        }
        length += words.len();
        if length > limits::CRAWL_SELECTED_BYTES {
            break;
        }
        let is_struck = node
            .ancestors()
            .filter_map(ElementRef::wrap)
            .take(32)
            .any(|around| matches!(around.value().name(), "del" | "s" | "strike"));
        match pieces.last_mut() {
            Some((before, struck)) if *struck == is_struck => {
                // "1,299" "." "00" in elements of their own is one number.
                if !before.ends_with(['.', ',']) && !words.starts_with(['.', ',']) {
                    before.push(' ');
                }
                before.push_str(&words);
            }
            _ => pieces.push((words, is_struck)),
        }
    }
    pieces
}

/// What the pattern finds in the page's source.
pub(super) fn by_regex(page: &str, pattern: &Regex, numerals: Numerals) -> Vec<Candidate> {
    matching(Source::Regex, page, pattern, numerals)
}

fn matching(source: Source, text: &str, pattern: &Regex, numerals: Numerals) -> Vec<Candidate> {
    let mut found = Vec::new();
    for captures in pattern.captures_iter(text).take(limits::CRAWL_CANDIDATES) {
        let group = captures.name("price").or_else(|| captures.get(1)).or_else(|| captures.get(0));
        let Some(group) = group else { continue };
        let text: String = group.as_str().chars().take(200).collect();
        match Candidate::of_value(source, "match", &text, numerals, Role::Plain) {
            Some(candidate) => found.push(candidate),
            None => found.extend(Candidate::of_text(source, "match", &text, numerals, Role::Plain)),
        }
    }
    found
}
