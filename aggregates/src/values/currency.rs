use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency by its ISO 4217 code, three letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The codes of money in use (ISO 4217, 2026); test and metal codes are no prices.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR \
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK \
    PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

impl Currency {
    /// New Taiwan dollars: what a price is in unless somebody says otherwise.
    pub const TWD: Self = Self(*b"TWD");

    /// Reads a code in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut code: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        code.make_ascii_uppercase();
        let is_known = CODES.split_ascii_whitespace().any(|known| known.as_bytes() == code);
        is_known.then_some(Self(code))
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if text == "TWD" {
            return Ok(Self::TWD);
        }
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no currency of ISO 4217"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_three_known_letters_in_any_case() {
        assert_eq!(Currency::parse("twd"), Some(Currency::TWD));
        assert_eq!(Currency::parse(" USD ").map(|usd| usd.to_string()), Some("USD".to_owned()));
        for wrong in ["", "TW", "NT$", "XYZ", "TWDD", "台幣"] {
            assert_eq!(Currency::parse(wrong), None, "{wrong}");
        }
    }
}
