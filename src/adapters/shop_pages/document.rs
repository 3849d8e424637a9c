//! A page as a tree, built within bounds: a page that is made to be slow is given up.

use std::time::{Duration, Instant};

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{ElementRef, Html, HtmlTreeSink, Selector};

use crate::limits;

/// What is parsed between two looks at the clock, in bytes.
const SLICE: usize = 32 * 1024;

/// The tree, or none when it takes too long.
pub(super) fn parse(text: &str) -> Option<Html> {
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), ParseOpts::default());
    let deadline = Instant::now() + Duration::from_secs(limits::CRAWL_PARSE_S);
    let mut rest = text;
    while !rest.is_empty() {
        let (slice, after) = rest.split_at(rest.floor_char_boundary(SLICE.min(rest.len())));
        parser.process(StrTendril::from_slice(slice));
        if Instant::now() > deadline {
            return None;
        }
        rest = after;
    }
    Some(parser.finish())
}

/// A selector that is written in the code.
pub(super) fn selector(text: &'static str) -> Option<Selector> {
    Selector::parse(text).ok()
}

/// All elements that a selector of the code finds.
pub(super) fn all<'a>(html: &'a Html, text: &'static str) -> Vec<ElementRef<'a>> {
    selector(text).map(|selector| html.select(&selector).collect()).unwrap_or_default()
}

/// An element's text, white space folded, at most so many characters.
pub(super) fn text_of(element: ElementRef<'_>, most: usize) -> String {
    let mut text = String::new();
    for piece in element.text() {
        for word in piece.split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if text.len() > most * 4 {
            break;
        }
    }
    text.chars().take(most).collect()
}

/// The language that the page says it is in.
pub(super) fn language(html: &Html) -> Option<String> {
    let element = all(html, "html[lang]").into_iter().next()?;
    element.attr("lang").map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned)
}

/// The page's title.
pub(super) fn title(html: &Html) -> Option<String> {
    let element = all(html, "title").into_iter().next()?;
    Some(text_of(element, 300)).filter(|title| !title.is_empty())
}
