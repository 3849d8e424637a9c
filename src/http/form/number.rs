use rust_decimal::Decimal;

/// A JSON number read exactly from its text: `mantissa * 10^exponent`, no trailing zero in the mantissa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    mantissa: i128,
    exponent: i64,
}

/// Why a text is no number that we can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotANumber {
    /// It does not read as a number.
    Malformed,
    /// It is one, larger than any field takes.
    TooLarge,
    /// It is one, with more decimal places than any field takes.
    TooPrecise,
}

impl Number {
    /// Reads the grammar of JSON numbers.
    pub(super) fn parse(text: &str) -> Result<Self, NotANumber> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (significand, exponent) = match rest.split_once(['e', 'E']) {
            Some((significand, exponent)) => (significand, parse_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match significand.split_once('.') {
            Some((_, "")) => return Err(NotANumber::Malformed),
            Some(parts) => parts,
            None => (significand, ""),
        };
        let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits {
            return Err(NotANumber::Malformed);
        }
        let number = Self::from_digits(whole, fraction, exponent)?;
        Ok(Self { mantissa: if negative { -number.mantissa } else { number.mantissa }, ..number })
    }

    fn from_digits(whole: &str, fraction: &str, exponent: i64) -> Result<Self, NotANumber> {
        let fraction = fraction.trim_end_matches('0');
        let mantissa = append_digits(0, whole).ok_or(NotANumber::TooLarge)?;
        let mut mantissa = append_digits(mantissa, fraction).ok_or(NotANumber::TooPrecise)?;
        let mut exponent = exponent.saturating_sub_unsigned(fraction.len() as u64);
        if mantissa == 0 {
            exponent = 0;
        }
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        Ok(Self { mantissa, exponent })
    }

    /// How many decimal places it needs.
    pub(super) fn places(self) -> u64 {
        if self.exponent < 0 { self.exponent.unsigned_abs() } else { 0 }
    }

    /// Its value times `10^places`, unless that is not whole or too large.
    fn scaled(self, places: u32) -> Option<i128> {
        let shift = u32::try_from(self.exponent.saturating_add(i64::from(places))).ok()?;
        self.mantissa.checked_mul(10_i128.checked_pow(shift)?)
    }

    /// As a whole number between the bounds.
    pub(super) fn integer(self, min: i64, max: i64) -> Option<i64> {
        i64::try_from(self.scaled(0)?).ok().filter(|whole| (min..=max).contains(whole))
    }

    /// As a decimal with exactly `places` between the bounds.
    pub(super) fn decimal(self, places: u32, min: i64, max: i64) -> Option<Decimal> {
        let value = Decimal::try_from_i128_with_scale(self.scaled(places)?, places).ok()?;
        (Decimal::from(min)..=Decimal::from(max)).contains(&value).then_some(value)
    }
}

fn append_digits(mantissa: i128, digits: &str) -> Option<i128> {
    digits
        .bytes()
        .try_fold(mantissa, |mantissa, digit| mantissa.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
}

/// An exponent beyond any number we hold is cut, which keeps it beyond.
fn parse_exponent(text: &str) -> Result<i64, NotANumber> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotANumber::Malformed);
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Ok(if text.starts_with('-') { -size } else { size })
}
