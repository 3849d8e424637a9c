//! Totals rows: `合計 1,234` at the foot of a sheet is no row of it.

use unicode_normalization::UnicodeNormalization;

use super::Cell;

/// Words that sum up wherever they stand first.
const WORDS: [&str; 16] = [
    "合計",
    "總計",
    "小計",
    "共計",
    "總和",
    "加總",
    "累計",
    "合计",
    "总计",
    "小计",
    "以上共",
    "以上合計",
    "本頁小計",
    "本頁合計",
    "本頁共",
    "以上總計",
];

/// Words that goods and vendors may be called by too.
const LATIN_WORDS: [&str; 4] = ["total", "subtotal", "grandtotal", "sum"];

/// Whether the first cell of a row that has anything in it says that the row sums others up. A row that has all it
/// needs is only one by a word that is nobody's name: `TOTAL01` is a code of goods.
pub(super) fn is_total(cells: &[(u32, Cell<'_>)], is_complete: bool) -> bool {
    let Some((_, Cell::Text(text))) = cells.first() else { return false };
    if text.len() > 60 || !text.trim_start().starts_with(may_begin) {
        return false;
    }
    let plain = text.nfkc().flat_map(char::to_lowercase).collect::<String>();
    let word: String = plain.chars().filter(|letter| !letter.is_whitespace()).collect();
    if WORDS.iter().any(|total| word.strip_prefix(total).is_some_and(only_counts)) {
        return true;
    }
    if is_complete {
        return false;
    }
    let is_code = plain
        .chars()
        .zip(plain.chars().skip(1))
        .any(|(letter, next)| letter.is_ascii_alphabetic() && next.is_ascii_digit());
    let is_part = |rest: &str| rest.starts_with('(') && rest.ends_with(')');
    WORDS.iter().any(|total| word.strip_prefix(total).is_some_and(is_part))
        || (!is_code && LATIN_WORDS.iter().any(|total| word.strip_prefix(total).is_some_and(only_counts)))
}

/// Whether a word that sums up may begin so: most rows are done with this.
fn may_begin(letter: char) -> bool {
    "合總小共加总累以本tsgTSG".contains(letter) || ('\u{FF21}'..='\u{FF5A}').contains(&letter)
}

/// What may follow the word: a colon, a figure, `(3筆)`.
fn only_counts(rest: &str) -> bool {
    rest.chars().all(|letter| letter.is_ascii_digit() || ":()[],.-=元筆項件個列行s".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(text: &str) -> bool {
        is_total(&[(0, Cell::Text(text.into()))], false)
    }

    #[test]
    fn a_row_that_has_all_it_needs_is_passed_over_for_a_clear_word_only() {
        let complete = |text: &'static str| is_total(&[(0, Cell::Text(text.into()))], true);
        assert!(complete("合計") && complete("小計：") && complete("以上共 3 筆"));
        for code in ["TOTAL01", "TOTAL", "SUM2", "sum", "小計（甲）"] {
            assert!(!complete(code), "{code}");
        }
    }

    #[test]
    fn words_that_sum_up_are_known_and_names_are_not_taken_for_them() {
        for text in [
            "合計",
            "總計：",
            " 小 計 ",
            "合計（3筆）",
            "Total",
            "Grand Total:",
            "共計 1,234 元",
            "ＴＯＴＡＬ",
            "Total 500",
            "小計（甲）",
            "以上共 3 筆",
            "本頁合計",
        ] {
            assert!(total(text), "{text}");
        }
        for text in
            ["合計股份有限公司", "Total Wine", "小計算機", "V001", "summer", "TOTAL01", "SUM2", "TOTAL500"]
        {
            assert!(!total(text), "{text}");
        }
    }
}
