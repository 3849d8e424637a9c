//! Telegram takes 4,096 UTF-16 units a message: longer texts go out in parts, cut where a reader would cut them.

use crate::limits::TELEGRAM_TEXT_UNITS;

/// The parts of a text, in order: cut after a paragraph, else a line, else a sentence, else a word, else anywhere
/// between two characters. Joined they say everything that the text said, save the white space at the cuts.
pub fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end();
    while !rest.trim_start().is_empty() {
        let (part, after) = rest.split_at(first_part(rest));
        if !part.trim().is_empty() {
            parts.push(part.trim_end().to_owned());
        }
        rest = after.trim_start_matches(['\n', '\r', ' ']);
    }
    parts
}

/// Where the first part ends, in bytes.
fn first_part(text: &str) -> usize {
    let Some(room) = room(text) else { return text.len() };
    // A cut that would leave a part almost empty is no good cut.
    let least = room / 2;
    let cuts = ["\n\n", "\n", "。", "！", "？", ". ", "；", "，", " "];
    let found = cuts.iter().filter_map(|cut| text[..room].rfind(cut).map(|at| at + cut.len()));
    found.into_iter().find(|at| *at >= least).unwrap_or(room)
}

/// How many bytes fit; none: all of it. Never ends within a joined sequence such as a family or a flag.
fn room(text: &str) -> Option<usize> {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > TELEGRAM_TEXT_UNITS {
            return Some(before_joint(text, at));
        }
    }
    None
}

/// The nearest place before `at` that is not inside a sequence of joined characters.
fn before_joint(text: &str, at: usize) -> usize {
    const JOINER: char = '\u{200d}';
    let joins = |character: char| {
        character == JOINER
            || ('\u{fe00}'..='\u{fe0f}').contains(&character)
            || ('\u{1f3fb}'..='\u{1f3ff}').contains(&character)
            || ('\u{300}'..='\u{36f}').contains(&character)
    };
    let mut cut = at;
    for _step in 0..16 {
        let next = text[cut..].chars().next();
        let Some((before, last)) = text[..cut].char_indices().next_back() else { return at };
        if !next.is_some_and(joins) && last != JOINER {
            return cut;
        }
        cut = before;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn a_short_text_is_one_part_and_an_empty_one_none() {
        assert_eq!(parts("缺貨 3 件"), ["缺貨 3 件"]);
        assert!(parts(" \n ").is_empty());
    }

    #[test]
    fn exactly_the_limit_is_one_part() {
        assert_eq!(parts(&"茶".repeat(4_096)).len(), 1);
        assert_eq!(parts(&"茶".repeat(4_097)).len(), 2);
    }

    #[test]
    fn units_count_and_not_characters() {
        let parts = parts(&"🍵".repeat(3_000));
        assert_eq!(parts.iter().map(|part| units(part)).collect::<Vec<_>>(), [4_096, 1_904]);
    }

    #[test]
    fn lines_stay_whole() {
        let line = format!("{}\n", "價".repeat(99));
        let parts = parts(&line.repeat(100));
        assert!(parts.iter().all(|part| part.lines().all(|line| line.chars().count() == 99)));
        assert_eq!(parts.iter().map(|part| part.lines().count()).sum::<usize>(), 100);
    }

    #[test]
    fn a_text_without_any_place_to_cut_is_cut_anywhere_and_nothing_is_lost() {
        let text = "x".repeat(10_000);
        let parts = parts(&text);
        assert!(parts.iter().all(|part| units(part) <= 4_096));
        assert_eq!(parts.concat(), text);
    }

    #[test]
    fn a_family_is_not_torn_apart() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let text = format!("{}{family}", "x".repeat(4_093));
        let parts = parts(&text);
        assert_eq!(parts[1], family);
    }
}
