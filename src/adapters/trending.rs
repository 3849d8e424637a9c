//! Whoever fetches what is talked about: an address that answers JSON, one for each source.

use std::time::Duration;

use aggregates::copywriting::TrendingItem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use url::Url;

use super::models::Client;
use crate::auth::Secret;
use crate::limits;

/// What the fetcher of a source says of a category. The reason of a failure shows no address, which may hold a key.
///
/// # Errors
/// When it does not answer, or not in a form that can be read.
pub async fn fetch(client: &Client, template: &Secret, category: &str) -> Result<Vec<TrendingItem>, String> {
    let category = utf8_percent_encode(category, NON_ALPHANUMERIC).to_string();
    let address = template.expose().replace("{category}", &category);
    let timeout = Duration::from_secs(limits::TRENDING_TIMEOUT_S);
    let address = Url::parse(&address).map_err(|_| "the fetcher has no address".to_owned())?;
    let client = client.towards(&address).map_err(|error| error.to_string())?;
    let told = |error: reqwest::Error| error.without_url().to_string();
    let mut response = client.get(address).timeout(timeout).send().await.map_err(told)?;
    if !response.status().is_success() {
        return Err(format!("the fetcher answers {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(told)? {
        if body.len() + part.len() > limits::TRENDING_ANSWER_BYTES {
            return Err(format!("the answer is larger than {} bytes", limits::TRENDING_ANSWER_BYTES));
        }
        body.extend_from_slice(&part);
    }
    let json: Value = serde_json::from_slice(&body).map_err(|_| "the answer is no JSON".to_owned())?;
    items(&json).ok_or_else(|| "the answer is no list of items".to_owned())
}

/// A list, bare or under `items` or `data`, of texts or of objects with a title.
fn items(json: &Value) -> Option<Vec<TrendingItem>> {
    let list = [json, &json["items"], &json["data"]].into_iter().find_map(Value::as_array)?;
    let read = list.iter().filter_map(item).take(limits::TRENDING_ITEMS);
    Some((1_i64..).zip(read).map(|(rank, item)| TrendingItem { rank, ..item }).collect())
}

fn item(value: &Value) -> Option<TrendingItem> {
    let field = |names: &[&str]| names.iter().find_map(|name| text(&value[*name]));
    let address = |names: &[&str]| {
        field(names).filter(|text| text.starts_with("https://") || text.starts_with("http://"))
    };
    Some(TrendingItem {
        rank: 0,
        title: text(value).or_else(|| field(&["title", "name"]))?,
        url: address(&["url", "link"]),
        image_url: address(&["image_url", "image", "thumbnail"]),
        note: field(&["note", "description", "brand"]),
    })
}

fn text(value: &Value) -> Option<String> {
    let text: String = value.as_str()?.chars().filter(|character| !character.is_control()).collect();
    let text: String = text.trim().chars().take(limits::TRENDING_TEXT_CHARS).collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_several_forms_are_read_and_ranked() {
        let found = items(&json!({ "items": [
            { "title": " 防曬\u{0}霜 ", "url": "https://a.example/1", "image": "javascript:x", "note": "熱" },
            { "nothing": 1 }, "面膜", { "name": "乳液", "link": "ftp://x" },
        ] }))
        .unwrap();
        let titles: Vec<_> = found.iter().map(|item| (item.rank, item.title.as_str())).collect();
        assert_eq!(titles, [(1, "防曬霜"), (2, "面膜"), (3, "乳液")]);
        assert_eq!(
            (found[0].url.as_deref(), found[0].image_url.as_deref()),
            (Some("https://a.example/1"), None)
        );
        assert_eq!(found[2].url, None);
        assert!(items(&json!({ "error": "x" })).is_none());
        assert_eq!(items(&json!([])), Some(vec![]));
    }
}
