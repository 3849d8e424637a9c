use std::time::Duration;

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 60 * MINUTE_S;
const DAY_S: u64 = 24 * HOUR_S;

/// A time span as a person would say it: `5 days, 3 hours`.
pub(super) fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / DAY_S, seconds % DAY_S / HOUR_S, seconds % HOUR_S / MINUTE_S);
    let words: Vec<String> = match (days, hours, minutes) {
        (0, 0, 0) => vec![count(seconds, "second")],
        (0, 0, minutes) => vec![count(minutes, "minute")],
        (0, hours, minutes) => vec![count(hours, "hour"), count(minutes, "minute")],
        (days, hours, _) => vec![count(days, "day"), count(hours, "hour")],
    };
    words.into_iter().filter(|word| !word.starts_with("0 ") || seconds == 0).collect::<Vec<_>>().join(", ")
}

fn count(number: u64, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_its_two_largest_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (3_600, "1 hour"),
            (3_665, "1 hour, 1 minute"),
            (86_400, "1 day"),
            (86_400 * 5 + 7_300, "5 days, 2 hours"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
