//! What a template is made of, word by word, before anything of it is carried out.
//!
//! minijinja works out what is constant while it reads a template, outside its fuel: a list multiplied by a
//! number is built then and there. So texts are looked at before they are compiled.

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::filters::{FILTERS, TESTS};

/// What is wrong, and in which line (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// What makes much out of little: `*` and `**` are not there, numbers are multiplied by the filter `times`.
pub(super) fn check_operators(text: &str) -> Result<(), Fault> {
    for (token, line) in words(text) {
        let sign = match token {
            Token::Mul => "*",
            Token::Pow => "**",
            _ => continue,
        };
        let reason = format!("{sign} is not available: the filter times multiplies numbers");
        return Err(Fault { line, reason });
    }
    Ok(())
}

/// Filters, tests and functions that are not there would show only when the text is filled in.
pub(super) fn check_names(text: &str) -> Result<(), Fault> {
    let tokens: Vec<_> = words(text).collect();
    let at = |index: usize| tokens.get(index).map(|(token, _)| token);
    for (index, (token, line)) in tokens.iter().enumerate() {
        let Token::Ident(name) = token else { continue };
        let before = index.checked_sub(1).and_then(at);
        let is_test = match before {
            Some(Token::Ident("is")) => *name != "not",
            Some(Token::Ident("not")) => {
                index.checked_sub(2).and_then(at).is_some_and(|token| matches!(token, Token::Ident("is")))
            }
            _ => false,
        };
        let (what, known) = if matches!(before, Some(Token::Pipe)) {
            ("filter", FILTERS.as_slice())
        } else if is_test {
            ("test", TESTS.as_slice())
        } else if matches!(at(index + 1), Some(Token::ParenOpen)) && !is_keyword(name) {
            let reason = format!("{name}(…) is not available: templates have no functions");
            return Err(Fault { line: *line, reason });
        } else {
            continue;
        };
        if !known.contains(name) {
            let reason = format!("the {what} {name} is not available: there are {}", known.join(", "));
            return Err(Fault { line: *line, reason });
        }
    }
    Ok(())
}

/// The fields of a loop's items that a line names, such as `item.price`.
pub(super) fn fields_of_items(text: &str, wanted: usize) -> Vec<String> {
    let tokens: Vec<_> = words(text).collect();
    let word = |index: usize| match tokens.get(index) {
        Some((Token::Ident(word), _)) => Some(*word),
        _ => None,
    };
    let items: Vec<_> =
        (1..tokens.len()).filter(|index| word(index - 1) == Some("for")).filter_map(word).collect();
    let mut names = Vec::new();
    for index in (0..tokens.len()).filter(|index| tokens.get(*index).is_some_and(|(_, line)| *line == wanted))
    {
        let is_field = matches!(tokens.get(index + 1), Some((Token::Dot, _)));
        if let (Some(item), true, Some(field)) = (word(index), is_field, word(index + 2)) {
            let name = format!("{item}.{field}");
            if items.contains(&item) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Words that may stand before a parenthesis without being called.
fn is_keyword(word: &str) -> bool {
    matches!(word, "if" | "elif" | "else" | "in" | "not" | "and" | "or" | "is" | "for" | "recursive")
}

/// The words and their lines, up to the first that cannot be read; the compiler tells about that.
fn words(text: &str) -> impl Iterator<Item = (Token<'_>, usize)> {
    tokenize(text, false, SyntaxConfig::default())
        .map_while(Result::ok)
        .map(|(token, span)| (token, usize::from(span.start_line)))
}
