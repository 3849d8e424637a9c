//! Search over name, brand and code: a listing is found when every word asked for is part of one of them.
//!
//! Letters are compared without case and width (ＡＢＣ is abc). The index holds pairs of neighbouring letters, and
//! single ones: a word of two characters, which is the most usual one in Chinese, is found by one look.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::ListingRow;
use crate::ApplyError;

/// The most words of a search that are looked for.
const WORDS_MAX: usize = 8;
/// The longest search that is looked at, in characters.
const SEARCH_CHARS_MAX: usize = 200;
/// Separates the fields, so that no pair reaches from one into the next.
const BETWEEN: char = '\n';

/// What a batch changes about the search.
#[derive(Default)]
pub(super) struct Search(BTreeMap<i64, Option<String>>);

impl Search {
    /// Takes note of what a listing is called now.
    pub(super) fn note(&mut self, row: &ListingRow) {
        let fields = [&row.name, &row.brand, &row.product_id];
        let words =
            fields.map(|field| folded(field.as_deref().unwrap_or_default())).join(&BETWEEN.to_string());
        self.0.insert(row.number, row.is_active.then_some(words));
    }

    pub(super) async fn save(self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        let gone: Vec<i64> =
            self.0.iter().filter(|(_, words)| words.is_none()).map(|(number, _)| *number).collect();
        if !gone.is_empty() {
            let query = sqlx::query("DELETE FROM listing_search WHERE number = ANY($1)").bind(gone);
            query.execute(&mut *connection).await?;
        }
        let (mut numbers, mut texts, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        for (number, words) in self.0.into_iter().filter_map(|(number, words)| Some((number, words?))) {
            pairs.push(pairs_of(&words).into_iter().collect::<Vec<_>>().join("\n"));
            texts.push(words);
            numbers.push(number);
        }
        if numbers.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO listing_search (number, words, pairs) \
             SELECT number, words, string_to_array(pairs, E'\\n') \
             FROM UNNEST($1::bigint[], $2::text[], $3::text[]) AS given(number, words, pairs) \
             ON CONFLICT (number) DO UPDATE SET words = excluded.words, pairs = excluded.pairs",
        )
        .bind(numbers)
        .bind(texts)
        .bind(pairs)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A search, ready to be bound: the pairs that the index must have, and the patterns that the text must match.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) pairs: Vec<String>,
    pub(super) patterns: Vec<String>,
}

/// What a search asks for; nothing but blanks asks for everything.
pub(super) fn asked(text: &str) -> Option<Asked> {
    let text: String = folded(text).chars().take(SEARCH_CHARS_MAX).collect();
    let words: Vec<&str> = text.split_whitespace().take(WORDS_MAX).collect();
    if words.is_empty() {
        return None;
    }
    let pairs = words.iter().flat_map(|word| wanted_of(word)).collect::<BTreeSet<_>>();
    let patterns = words.iter().map(|word| pattern(word)).collect();
    Some(Asked { pairs: pairs.into_iter().collect(), patterns })
}

/// One form for all spellings.
fn folded(text: &str) -> String {
    let narrow = text.chars().map(|letter| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        letter if letter.is_whitespace() || letter.is_control() => ' ',
        letter => letter,
    });
    narrow.flat_map(char::to_lowercase).collect()
}

/// Pairs and single letters of a text.
fn pairs_of(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| letter.is_whitespace()).filter(|word| !word.is_empty());
    let mut found = BTreeSet::new();
    for word in words {
        found.extend(word.chars().map(String::from));
        found.extend(pairs_in(word));
    }
    found
}

/// What a listing with this word must have: its pairs, or its only letter.
fn wanted_of(word: &str) -> Vec<String> {
    let pairs: Vec<String> = pairs_in(word).collect();
    if pairs.is_empty() { vec![word.to_owned()] } else { pairs }
}

fn pairs_in(word: &str) -> impl Iterator<Item = String> + '_ {
    word.chars().zip(word.chars().skip(1)).map(|(first, second)| [first, second].iter().collect())
}

fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_its_pairs_whatever_the_case_and_width() {
        let asked = asked("ＡＢc 茶").unwrap();
        assert_eq!(asked.pairs, ["ab", "bc", "茶"]);
        assert_eq!(asked.patterns, ["%abc%", "%茶%"]);
        assert_eq!(super::asked(" \u{3000} "), None);
        assert_eq!(super::asked("50%").unwrap().patterns, ["%50\\%%"]);
    }

    #[test]
    fn what_is_asked_for_is_among_what_a_text_has() {
        let has = pairs_of(&folded("高山烏龍茶 150g\nTea House"));
        for word in ["烏龍", "茶", "tea", "150G", "烏龍茶"] {
            assert!(asked(word).unwrap().pairs.iter().all(|pair| has.contains(pair)), "{word}");
        }
        assert!(!has.contains("gt"), "no pair reaches into the next field");
    }
}
