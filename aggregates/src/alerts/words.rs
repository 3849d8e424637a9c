//! The words that a rule is made of.

use serde::{Deserialize, Serialize};

/// Declares words that clients send and see.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$word_meta:meta])* $word:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$word_meta])* $word),+ }

        impl $name {
            /// Every one, as clients write it.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The word that clients see.
            pub fn code(self) -> &'static str {
                match self { $(Self::$word => $code),+ }
            }

            /// Reads a word.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some(Self::$word),)+ _ => None }
            }
        }
    };
}

words! {
    /// What a rule waits for (contract §3).
    When {
        /// A price lower than its baseline.
        #[default]
        Drop = "drop",
        /// A price higher than its baseline.
        Rise = "rise",
        /// A price other than its baseline.
        Any = "any",
        /// A price lower than all in the last so many days.
        NewLow = "new_low",
        /// A price lower than a figure.
        Below = "below",
        /// A price higher than a figure.
        Above = "above",
        /// It can be bought again.
        BackInStock = "back_in_stock",
        /// Its page is gone.
        Delisted = "delisted",
    }
}

words! {
    /// What a price is compared with.
    Baseline {
        /// The price before it.
        #[default]
        Previous = "previous",
        /// The average of the last days, each price weighted by how long it was in force.
        Average = "average",
        /// The lowest price of the last days.
        Low = "low",
        /// The rule's own figure.
        Target = "target",
    }
}

words! {
    /// When a rule that fired for a listing may fire for it again.
    Rearm {
        /// Never, until the rule is changed.
        Never = "never",
        /// After so many minutes.
        #[default]
        Minutes = "minutes",
        /// Once the price went back by so many percent.
        Recovery = "recovery",
    }
}

words! {
    /// Where an alert is told.
    Channel {
        /// The house's Telegram chat.
        #[default]
        Telegram = "telegram",
        /// The house's mailbox.
        Mail = "mail",
    }
}

words! {
    /// Why an alert was not fired although the rule's condition held.
    Suppression {
        /// Fired before, and may not fire again.
        #[default]
        FiredBefore = "fired_before",
        /// Fired too short a time ago.
        TooSoon = "too_soon",
        /// Fired before, and the price has not gone back since.
        NotRecovered = "not_recovered",
        /// It is quiet now.
        QuietHours = "quiet_hours",
        /// Too few checks saw it before it was over.
        Unconfirmed = "unconfirmed",
    }
}

impl When {
    /// Whether it looks at prices, and not at stock or the page.
    pub fn is_of_price(self) -> bool {
        !matches!(self, Self::BackInStock | Self::Delisted)
    }

    /// Whether it may hold for a long time, so that it can be so already when the rule begins.
    pub fn is_level(self) -> bool {
        matches!(self, Self::Below | Self::Above)
    }

    /// Whether the price is compared with a baseline.
    pub fn has_baseline(self) -> bool {
        matches!(self, Self::Drop | Self::Rise | Self::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for code in When::CODES {
            let when = When::parse(code).unwrap();
            assert_eq!((when.code(), crate::testing::json(&when)), (*code, serde_json::json!(code)));
        }
        for code in Suppression::CODES {
            let reason = Suppression::parse(code).unwrap();
            assert_eq!((reason.code(), crate::testing::json(&reason)), (*code, serde_json::json!(code)));
        }
        assert_eq!(When::parse("fall"), None);
    }
}
