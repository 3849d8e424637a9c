use unicode_normalization::UnicodeNormalization;

/// A code or an address as it is stored and compared: its full-width letters and digits count as the plain ones
/// (NFKC), and nothing stands around it.
pub fn plain_code(text: &str) -> String {
    if text.is_ascii() { text.trim().to_owned() } else { text.nfkc().collect::<String>().trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_is_plain() {
        assert_eq!(plain_code("\u{3000}ＱＷ００１－ａ "), "QW001-a");
        assert_eq!(plain_code("ａ@ｂ.ｃｏｍ"), "a@b.com");
        assert_eq!(plain_code(" 山水 "), "山水");
    }
}
