//! What models cost, by the day on which a price began.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Provider;

/// A price from a day on, in thousandths of a US dollar for a million tokens.
struct Price {
    /// What the model's name begins with; the longest that fits counts.
    model: &'static str,
    /// From which day: year, month, day.
    from: (i32, u32, u32),
    /// For what it reads.
    input_millis: i64,
    /// For what it writes, thinking included.
    output_millis: i64,
}

/// As Google published them; later lines of a model take the place of earlier ones from their day on.
const GEMINI: [Price; 6] = [
    Price { model: "gemini-2.0-flash", from: (2025, 2, 5), input_millis: 100, output_millis: 400 },
    Price { model: "gemini-2.0-flash-lite", from: (2025, 2, 25), input_millis: 75, output_millis: 300 },
    Price { model: "gemini-2.5-flash", from: (2025, 4, 17), input_millis: 150, output_millis: 600 },
    Price { model: "gemini-2.5-flash", from: (2025, 6, 17), input_millis: 300, output_millis: 2_500 },
    Price { model: "gemini-2.5-flash-lite", from: (2025, 7, 22), input_millis: 100, output_millis: 400 },
    Price { model: "gemini-2.5-pro", from: (2025, 6, 17), input_millis: 1_250, output_millis: 10_000 },
];

/// What a request cost on `day`, in US dollars; none: no price of that model is known for that day. A model on a
/// machine of one's own costs nothing by the token.
pub fn cost_usd(
    provider: Provider,
    model: &str,
    day: NaiveDate,
    input_tokens: i64,
    output_tokens: i64,
) -> Option<Decimal> {
    if provider == Provider::Ollama {
        return Some(Decimal::ZERO);
    }
    let price = price(model.trim_start_matches("models/"), day)?;
    let millis = Decimal::from(input_tokens.max(0)) * Decimal::from(price.input_millis)
        + Decimal::from(output_tokens.max(0)) * Decimal::from(price.output_millis);
    Some((millis / Decimal::from(1_000_000_000)).round_dp(9).normalize())
}

fn price(model: &str, day: NaiveDate) -> Option<&'static Price> {
    let begins = |price: &Price| {
        let (year, month, of_month) = price.from;
        NaiveDate::from_ymd_opt(year, month, of_month)
    };
    GEMINI
        .iter()
        .filter(|price| model.starts_with(price.model) && begins(price).is_some_and(|from| from <= day))
        .max_by_key(|price| (price.model.len(), begins(price)))
}
