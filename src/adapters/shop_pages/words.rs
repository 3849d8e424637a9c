//! Words beside a number that say what it is.

use super::price_text::Role;

/// What the words around a number say.
pub(super) struct Said {
    pub(super) role: Role,
    pub(super) trap: Option<&'static str>,
    pub(super) currency: Option<&'static str>,
}

/// Currencies by what is written before an amount; longer ones first.
const BEFORE: [(&str, &str); 16] = [
    ("nt$", "TWD"),
    ("ntd", "TWD"),
    ("twd", "TWD"),
    ("新台幣", "TWD"),
    ("nt", "TWD"),
    ("hk$", "HKD"),
    ("us$", "USD"),
    ("usd", "USD"),
    ("eur", "EUR"),
    ("€", "EUR"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("jpy", "JPY"),
    ("rmb", "CNY"),
    ("cny", "CNY"),
    ("₩", "KRW"),
];
/// The same behind an amount.
const AFTER: [(&str, &str); 9] = [
    ("元", ""),
    ("圓", ""),
    ("円", "JPY"),
    ("twd", "TWD"),
    ("usd", "USD"),
    ("eur", "EUR"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("ntd", "TWD"),
];
/// Signs that stand for money without saying which.
const SIGNS: [char; 3] = ['$', '¥', '￥'];

const REGULAR: [&str; 18] = [
    "原價",
    "定價",
    "市價",
    "牌價",
    "建議售價",
    "建議價",
    "原售價",
    "原价",
    "定价",
    "市场价",
    "was",
    "list price",
    "rrp",
    "msrp",
    "uvp",
    "statt",
    "regular price",
    "old price",
];
const SALE: [&str; 18] = [
    "促銷價",
    "特價",
    "優惠價",
    "折扣價",
    "折後價",
    "活動價",
    "限時價",
    "限量價",
    "會員價",
    "現價",
    "下殺",
    "促销价",
    "特价",
    "优惠价",
    "now",
    "sale",
    "sale price",
    "special price",
];
const INSTALMENT_BEFORE: [&str; 12] =
    ["每期", "每月", "月付", "分期", "期付", "首期", "分", " x", "×", "*", "per month", "monthly"];
const DISCOUNT_BEFORE: [&str; 21] = [
    "折",
    "省",
    "減",
    "减",
    "抵",
    "現折",
    "折抵",
    "立減",
    "折價券",
    "優惠券",
    "送",
    "贈",
    "回饋",
    "返",
    "save",
    "save up to",
    "coupon",
    "discount",
    "you save",
    "折扣",
    "下單折",
];
const THRESHOLD_BEFORE: [&str; 5] = ["滿", "满", "買", "買滿", "over"];
const SHIPPING_BEFORE: [&str; 4] = ["運費", "运费", "shipping", "delivery"];
const INSTALMENT_AFTER: [&str; 9] =
    ["期", "/月", "/期", "/mo", "per month", "個月", "months", "x期", "a month"];
const DISCOUNT_AFTER: [&str; 13] = [
    "折",
    "%",
    "off",
    "點",
    "p幣",
    "折價券",
    "優惠券",
    "現金券",
    "回饋",
    "購物金",
    "禮券",
    "元折價",
    "coupon",
];
const COUNT_AFTER: [&str; 41] = [
    "件",
    "入",
    "個",
    "組",
    "包",
    "瓶",
    "盒",
    "片",
    "錠",
    "粒",
    "顆",
    "條",
    "支",
    "罐",
    "台",
    "人",
    "則",
    "次",
    "天",
    "日",
    "年",
    "月",
    "小時",
    "時",
    "分鐘",
    "秒",
    "ml",
    "kg",
    "g ",
    "公克",
    "公斤",
    "毫升",
    "cm",
    "mm",
    "gb",
    "tb",
    "吋",
    "kcal",
    "pcs",
    "reviews",
    "則評價",
];

/// Reads the words; both sides in lower case. `is_rate` says that the number is small enough for 9.5折.
pub(super) fn around(before: &str, after: &str, is_rate: bool) -> Said {
    let (label, money_before) = without_money(before);
    let rest = after.trim_start();
    let money_after = AFTER.iter().find(|(word, _)| rest.starts_with(word));
    let behind = money_after.map_or(rest, |(word, _)| rest[word.len()..].trim_start());
    let currency = money_before.or_else(|| money_after.map(|(_, code)| *code));
    let trap = trap(label, before, behind, after, currency.is_some(), is_rate);
    Said { role: role(label), trap, currency: currency.filter(|code| !code.is_empty()) }
}

/// What stands before the number, without the sign of money; and which money it is, "" where the sign is not clear.
fn without_money(before: &str) -> (&str, Option<&'static str>) {
    let trimmed = before.trim_end();
    for (word, code) in BEFORE {
        let Some(label) = trimmed.strip_suffix(word) else { continue };
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_word || !label.ends_with(|c: char| c.is_ascii_alphabetic()) {
            return (label, Some(code));
        }
    }
    match trimmed.strip_suffix(SIGNS) {
        Some(label) => (label, Some("")),
        None => (trimmed, None),
    }
}

fn role(label: &str) -> Role {
    let label = label.trim_end_matches([' ', ':', '(', '~']);
    if REGULAR.iter().any(|word| label.ends_with(word)) {
        Role::Regular
    } else if SALE.iter().any(|word| label.ends_with(word)) {
        Role::Sale
    } else {
        Role::Plain
    }
}

fn trap(
    label: &str,
    before: &str,
    behind: &str,
    after: &str,
    is_money: bool,
    is_rate: bool,
) -> Option<&'static str> {
    let label = label.trim_end_matches([' ', ':', '(']);
    let spaced = format!(" {}", label.trim_start());
    let ends = |words: &[&str]| words.iter().any(|word| label.ends_with(word) || spaced.ends_with(word));
    let starts = |words: &[&str]| words.iter().any(|word| behind.starts_with(word));
    if ends(&INSTALMENT_BEFORE) || starts(&INSTALMENT_AFTER) || is_multiplied(behind) {
        return Some("instalment");
    }
    // "3,280元 折200": what is behind belongs to the number that follows it.
    let takes_off = behind.strip_prefix('折').is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.starts_with(|c: char| c.is_ascii_digit() || SIGNS.contains(&c)) || rest.starts_with("nt")
    });
    let is_behind = starts(&DISCOUNT_AFTER) && !(takes_off && (is_money || !is_rate));
    if ends(&DISCOUNT_BEFORE) || is_behind || label.ends_with(['-', '減']) {
        return Some("discount");
    }
    if ends(&THRESHOLD_BEFORE) {
        return Some("threshold");
    }
    if ends(&SHIPPING_BEFORE) {
        return Some("shipping");
    }
    if is_money {
        return None;
    }
    let next = after.chars().next();
    let in_a_row =
        matches!(next, Some('/' | ':')) || before.ends_with(['/', ':', '_', '#']) && !before.ends_with(": ");
    let is_date = in_a_row && !is_label_colon(before);
    let in_a_word = before.chars().next_back().is_some_and(|c| c.is_ascii_alphabetic())
        || next.is_some_and(|c| c.is_ascii_alphabetic());
    if is_date || in_a_word || COUNT_AFTER.iter().any(|word| format!("{behind} ").starts_with(word)) {
        return Some("count");
    }
    None
}

/// "售價:3280" has a colon that no clock has.
fn is_label_colon(before: &str) -> bool {
    before
        .strip_suffix(':')
        .is_some_and(|label| !label.ends_with(|c: char| c.is_ascii_digit()) && !label.is_empty())
}

/// "273 x 12".
fn is_multiplied(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix(['x', '×', '*']) else { return false };
    rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
}
