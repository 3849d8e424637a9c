//! Totals rows: `合計 1,234` at the foot of a sheet is no row of it.

use unicode_normalization::UnicodeNormalization;

use super::Cell;

const WORDS: [&str; 14] = [
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
    "total",
    "subtotal",
    "grandtotal",
    "sum",
];

/// Whether the first cell of a row that has anything in it says that the row sums others up.
pub(super) fn is_total(cells: &[(u32, Cell<'_>)]) -> bool {
    let Some((_, Cell::Text(text))) = cells.first() else { return false };
    if text.len() > 60 || !text.trim_start().starts_with(may_begin) {
        return false;
    }
    let word: String =
        text.nfkc().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    WORDS.iter().any(|total| word.strip_prefix(total).is_some_and(only_counts))
}

/// Whether a word that sums up may begin so: most rows are done with this.
fn may_begin(letter: char) -> bool {
    "合總小共加累总tsgTSG".contains(letter) || ('\u{FF21}'..='\u{FF5A}').contains(&letter)
}

/// What may follow the word: a colon, a figure, `(3筆)`.
fn only_counts(rest: &str) -> bool {
    rest.chars().all(|letter| letter.is_ascii_digit() || ":()[],.-=元筆項件個列行s".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(text: &str) -> bool {
        is_total(&[(0, Cell::Text(text.into()))])
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
        ] {
            assert!(total(text), "{text}");
        }
        for text in ["合計股份有限公司", "Total Wine", "小計算機", "V001", "summer"] {
            assert!(!total(text), "{text}");
        }
    }
}
