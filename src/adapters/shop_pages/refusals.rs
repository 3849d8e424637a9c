//! Pages that are no goods page: a wall against robots, a page that says that the goods are gone.

/// Words of walls against robots and of shops that are down, in lower case.
const WALLS: [&str; 30] = [
    "just a moment...",
    "attention required! | cloudflare",
    "cf-chl-",
    "challenge-platform",
    "checking your browser",
    "ddos protection by",
    "access denied",
    "you don't have permission to access",
    "request unsuccessful. incapsula",
    "_incapsula_resource",
    "px-captcha",
    "datadome",
    "g-recaptcha",
    "h-captcha",
    "hcaptcha.com",
    "are you a robot",
    "are you a human",
    "verify you are human",
    "unusual traffic",
    "enable javascript and cookies to continue",
    "robot check",
    "請輸入驗證碼",
    "圖形驗證",
    "異常流量",
    "系統忙碌",
    "系統維護",
    "網站維護",
    "too many requests",
    "service unavailable",
    "request blocked",
];

/// Words of a title that says that the page's goods are gone, in lower case.
const GONE: [&str; 14] = [
    "找不到",
    "不存在",
    "已下架",
    "商品下架",
    "查無此商品",
    "商品已停售",
    "page not found",
    "not found",
    "404",
    "no longer available",
    "商品不存在",
    "頁面不存在",
    "已結束販售",
    "已刪除",
];
/// A page that long is a real page, whatever script of a wall it carries along, in characters.
const WALL_CHARS: usize = 6_000;

/// Why this is a wall, if it is one. A goods page may carry the same scripts: only a page that names no price is
/// asked.
pub(super) fn wall(source: &str, visible: &str) -> Option<&'static str> {
    if visible.chars().count() > WALL_CHARS {
        return None;
    }
    let (source, visible) = (source.to_lowercase(), visible.to_lowercase());
    let words = WALLS.iter().find(|words| {
        visible.contains(*words) || (words.contains(['-', '_', '.']) && source.contains(*words))
    });
    words.copied()
}

/// Whether an answer with this status is a wall or a shop that is down, rather than an answer about the goods.
pub(super) fn status(code: u16) -> Option<&'static str> {
    match code {
        401 | 403 | 407 | 451 => Some("the shop refuses us"),
        429 => Some("the shop asks us to slow down"),
        _ => None,
    }
}

/// Whether a title says that the goods are gone.
pub(super) fn says_gone(title: &str) -> bool {
    let title = title.to_lowercase();
    GONE.iter().any(|words| title.contains(words))
}
