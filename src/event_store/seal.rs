//! What tells who somebody is never stands on the log in plain words: it is sealed with a key of the person's own when
//! it is appended, and opened when it is read. Where the key was destroyed, "erased" stands in its place.
//!
//! So decisions and projections see plain values, a rebuild after an erasure sees none, and the events keep their
//! number and their shape.

use aggregates::{ERASED, Recorded, personal_fields};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::Store;
use super::append::{self, AppendError, Request};

/// What sealed texts begin with.
const MARK: &str = "sealed:v1:";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

impl Store {
    /// Seals what tells who somebody is, with the keys of those whose streams these are.
    pub(super) async fn seal(&self, request: &mut Request) -> Result<(), AppendError> {
        for stream in &mut request.streams {
            let fields = personal_fields(stream.kind);
            if fields.is_empty() {
                continue;
            }
            let key = self.person_key(stream.kind, &stream.id).await?;
            for event in &mut stream.events {
                event.payload = sealed(&event.payload, fields, &key, &about(stream.kind, &stream.id))
                    .map_err(|reason| {
                        AppendError::Internal(format!("an event could not be sealed: {reason}"))
                    })?;
            }
        }
        Ok(())
    }

    /// The key of a person, made when there is none yet. Of one whose key was destroyed it is a key that nobody keeps.
    async fn person_key(&self, kind: &str, id: &str) -> Result<[u8; KEY_BYTES], AppendError> {
        let mut fresh = [0; KEY_BYTES];
        OsRng
            .try_fill_bytes(&mut fresh)
            .map_err(|error| AppendError::Internal(format!("the system gives no randomness: {error}")))?;
        let kept: Option<Vec<u8>> = sqlx::query_scalar(
            "WITH made AS (INSERT INTO person_keys (kind, id, key) VALUES ($1, $2, $3)
                           ON CONFLICT DO NOTHING RETURNING key)
             SELECT key FROM made UNION ALL SELECT key FROM person_keys WHERE kind = $1 AND id = $2 LIMIT 1",
        )
        .bind(kind)
        .bind(id)
        .bind(fresh.as_slice())
        .fetch_optional(self.pool())
        .await
        .map_err(|error| append::describe(&error))?
        .flatten();
        Ok(kept.and_then(|key| key.try_into().ok()).unwrap_or(fresh))
    }
}

/// Whose texts these are: a sealed text cannot be passed off as another person's.
fn about(kind: &str, id: &str) -> String {
    format!("{kind}:{id}")
}

fn sealed(
    payload: &RawValue,
    fields: &[&str],
    key: &[u8; KEY_BYTES],
    about: &str,
) -> Result<Box<RawValue>, String> {
    let cipher = ChaCha20Poly1305::new(Key::from_slice(key));
    let mut json: Value = serde_json::from_str(payload.get()).map_err(|error| error.to_string())?;
    for_each_text(&mut json, fields, &mut |text| {
        let mut nonce = [0; NONCE_BYTES];
        OsRng.try_fill_bytes(&mut nonce).map_err(|error| error.to_string())?;
        let plain = Payload { msg: text.as_bytes(), aad: about.as_bytes() };
        let hidden = cipher.encrypt(Nonce::from_slice(&nonce), plain).map_err(|error| error.to_string())?;
        let hidden = BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &hidden].concat());
        *text = format!("{MARK}{hidden}");
        Ok(())
    })?;
    to_raw_value(&json).map_err(|error| error.to_string())
}

/// An event's payload as readers know it. `key` is what is kept of the person's key: none, if there never was one; empty,
/// if it was destroyed.
pub(super) fn opened(
    kind: &str,
    id: &str,
    payload: String,
    key: Option<&[u8]>,
) -> serde_json::Result<String> {
    let fields = personal_fields(kind);
    if fields.is_empty() {
        return Ok(payload);
    }
    let is_destroyed = key.is_some_and(<[u8]>::is_empty);
    let cipher = key.and_then(|key| ChaCha20Poly1305::new_from_slice(key).ok());
    let mut json: Value = serde_json::from_str(&payload)?;
    let about = about(kind, id);
    let done: Result<(), String> = for_each_text(&mut json, fields, &mut |text| {
        // Events of before there were keys are plain.
        if !text.starts_with(MARK) && !is_destroyed {
            return Ok(());
        }
        let plain = cipher.as_ref().and_then(|cipher| open(cipher, text, &about));
        if plain.is_none() && !is_destroyed {
            tracing::error!(kind, id, "an event cannot be opened: its key is lost, or another one");
        }
        *text = plain.unwrap_or_else(|| ERASED.to_owned());
        Ok(())
    });
    debug_assert!(done.is_ok(), "opening never fails");
    Ok(json.to_string())
}

/// The event as it is read once its person's key is destroyed.
pub(super) fn erased(event: &Recorded) -> Option<Recorded> {
    let payload =
        opened(&event.aggregate_type, &event.aggregate_id, event.payload.get().to_owned(), Some(&[]));
    Some(Recorded::new(
        event.position,
        event.aggregate_type.clone(),
        event.aggregate_id.clone(),
        event.sequence,
        event.event_type.clone(),
        event.event_version.clone(),
        RawValue::from_string(payload.ok()?).ok()?,
        event.metadata.clone(),
        event.recorded_at,
    ))
}

fn open(cipher: &ChaCha20Poly1305, text: &str, about: &str) -> Option<String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.strip_prefix(MARK)?).ok()?;
    let (nonce, hidden) = bytes.split_at_checked(NONCE_BYTES)?;
    let hidden = Payload { msg: hidden, aad: about.as_bytes() };
    String::from_utf8(cipher.decrypt(Nonce::from_slice(nonce), hidden).ok()?).ok()
}

/// Calls `change` with each text in one of `fields`, however deep it lies.
fn for_each_text(
    json: &mut Value,
    fields: &[&str],
    change: &mut impl FnMut(&mut String) -> Result<(), String>,
) -> Result<(), String> {
    match json {
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                match value {
                    Value::String(text) if fields.contains(&name.as_str()) => change(text)?,
                    other => for_each_text(other, fields, change)?,
                }
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| for_each_text(item, fields, change)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str =
        r#"{"UserChanged":{"changes":{"display_name":"小美","email":null,"username":"mei"},"number":7}}"#;

    fn hidden() -> String {
        let payload = RawValue::from_string(PLAIN.to_owned()).unwrap();
        sealed(&payload, personal_fields("user"), &[7; KEY_BYTES], "user:7").unwrap().get().to_owned()
    }

    fn read(id: &str, payload: String, key: Option<&[u8]>) -> Value {
        serde_json::from_str(&opened("user", id, payload, key).unwrap()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_keeps_its_shape() {
        let hidden = hidden();
        assert!(!hidden.contains("mei") && !hidden.contains("小美"), "{hidden}");
        let json: Value = serde_json::from_str(&hidden).unwrap();
        let changes = &json["UserChanged"]["changes"];
        assert!(changes["username"].as_str().unwrap().starts_with(MARK));
        assert_eq!((&changes["email"], &json["UserChanged"]["number"]), (&Value::Null, &Value::from(7)));
        let plain: Value = serde_json::from_str(PLAIN).unwrap();
        assert_eq!(read("7", hidden.clone(), Some(&[7; KEY_BYTES])), plain);
        assert_ne!(hidden, self::hidden(), "the same words look different each time");
    }

    #[test]
    fn without_its_key_or_as_somebody_elses_it_is_erased() {
        let erased = serde_json::json!({ "UserChanged": {
            "changes": { "display_name": ERASED, "email": null, "username": ERASED }, "number": 7,
        } });
        assert_eq!(read("7", hidden(), Some(&[])), erased);
        assert_eq!(read("7", hidden(), Some(&[8; KEY_BYTES])), erased);
        assert_eq!(read("8", hidden(), Some(&[7; KEY_BYTES])), erased);
        assert_eq!(read("7", hidden(), None), erased, "a key that is lost opens nothing either");
        assert_eq!(read("7", PLAIN.to_owned(), Some(&[])), erased, "also what was plain");
    }

    #[test]
    fn what_was_plain_before_there_were_keys_stays_so() {
        let plain: Value = serde_json::from_str(PLAIN).unwrap();
        assert_eq!(read("7", PLAIN.to_owned(), None), plain);
        assert_eq!(read("7", PLAIN.to_owned(), Some(&[7; KEY_BYTES])), plain);
        assert_eq!(opened("brand", "b", "{".to_owned(), None).unwrap(), "{", "others are not even looked at");
    }
}
