//! The frames of the opt-in protocol `v=2` (contract §2), made from two views of a campaign.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// A whole campaign. `is_reset`: what the client had before means nothing here.
pub(super) fn snapshot(view: &Value, epoch: &str, seq: i64, is_reset: bool) -> String {
    let mut frame = json!({
        "t": "snapshot", "epoch": epoch, "seq": seq, "campaign": view["campaign"], "creators": view["creators"],
    });
    if is_reset {
        frame["reset"] = true.into();
    }
    frame.to_string()
}

/// What is new since `before`; `prev` is the position that the client has.
pub(super) fn delta(before: &Value, after: &Value, prev: i64, seq: i64) -> String {
    let (creators, removed) = creators(&before["creators"], &after["creators"]);
    json!({
        "t": "delta", "seq": seq, "prev": prev,
        "campaign": changed(&before["campaign"], &after["campaign"]), "creators": creators, "removed": removed,
    })
    .to_string()
}

/// A sign of life.
pub(super) fn ping(seq: i64) -> String {
    json!({ "t": "ping", "seq": seq }).to_string()
}

/// How the campaign's source is.
pub(super) fn source(state: &str, last_poll: Option<String>) -> String {
    json!({ "t": "source", "state": state, "last_poll": last_poll }).to_string()
}

/// The last frame.
pub(super) fn closing(code: u16) -> String {
    json!({ "t": "closing", "code": code }).to_string()
}

/// The fields whose values differ.
fn changed(before: &Value, after: &Value) -> Map<String, Value> {
    let fields = after.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| before.get(*name) != Some(*value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Creators that differ, each with its id, and the ids of those who left.
fn creators(before: &Value, after: &Value) -> (Vec<Value>, Vec<Value>) {
    let list = |view: &Value| view.as_array().cloned().unwrap_or_default();
    let (before, after) = (list(before), list(after));
    let by_id = |list: &[Value]| -> HashMap<String, Value> {
        list.iter().map(|creator| (creator["id"].to_string(), creator.clone())).collect()
    };
    let (known, present) = (by_id(&before), by_id(&after));
    let different = after.iter().filter_map(|creator| {
        let old = known.get(&creator["id"].to_string()).unwrap_or(&Value::Null);
        let mut fields = changed(old, creator);
        if fields.is_empty() {
            return None;
        }
        fields.insert("id".into(), creator["id"].clone());
        Some(Value::Object(fields))
    });
    let gone =
        before.iter().map(|creator| &creator["id"]).filter(|id| !present.contains_key(&id.to_string()));
    (different.collect(), gone.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(status: &str, creators: Value) -> Value {
        json!({ "campaign": { "id": "c", "status": status }, "creators": creators })
    }

    fn read(frame: &str) -> Value {
        serde_json::from_str(frame).unwrap()
    }

    #[test]
    fn a_delta_holds_only_what_differs() {
        let before = view(
            "pending",
            json!([{ "id": "a", "followers": 1, "name": "A" }, { "id": "b", "followers": 2 }]),
        );
        let after = view(
            "accepted",
            json!([{ "id": "a", "followers": 5, "name": "A" }, { "id": "c", "followers": 3 }]),
        );
        assert_eq!(
            read(&delta(&before, &after, 4, 7)),
            json!({ "t": "delta", "seq": 7, "prev": 4, "campaign": { "status": "accepted" },
                    "creators": [{ "id": "a", "followers": 5 }, { "id": "c", "followers": 3 }], "removed": ["b"] })
        );
    }

    #[test]
    fn a_delta_from_nothing_holds_everything() {
        let after = view("pending", json!([{ "id": "a" }]));
        let frame = read(&delta(&Value::Null, &after, 0, 1));
        assert_eq!(frame["campaign"], after["campaign"]);
        assert_eq!(frame["creators"], after["creators"]);
    }

    #[test]
    fn a_snapshot_says_when_it_starts_anew() {
        let view = view("pending", json!([]));
        assert_eq!(read(&snapshot(&view, "e", 3, true))["reset"], true);
        assert!(read(&snapshot(&view, "e", 3, false)).get("reset").is_none());
    }
}
