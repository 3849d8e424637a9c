use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Who caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's number; none for the program itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// The username, or `system:<part>` for the program itself. The log has no usernames: there it is empty for a user.
    pub name: String,
}

/// What is known about an event beside its content.
///
/// It is stored as an object of strings, since that is all that cqrs-es's repositories can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Who did it.
    pub actor: Actor,
    /// Joins all that one request caused (contract R13).
    pub correlation_id: String,
    /// The position of the event that caused this one, if any.
    pub causation: Option<i64>,
    /// The door it came through: `http`, `poll`, `cli`, `demo`.
    pub source: String,
    /// Other things that it concerns, as `kind:id`.
    pub tags: Vec<String>,
}

/// Separates tags; no kind and no id has one.
const BETWEEN_TAGS: char = ' ';

/// [`Metadata`] as it is stored; what there is nothing to say of is left out.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    actor: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    correlation_id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    causation: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    tags: Cow<'a, str>,
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = Stored {
            actor: Cow::Borrowed(&self.actor.name),
            actor_id: self.actor.user_id.map(|id| id.to_string()),
            correlation_id: Cow::Borrowed(&self.correlation_id),
            causation: self.causation.map(|position| position.to_string()),
            source: Cow::Borrowed(&self.source),
            tags: self.tags.join(&BETWEEN_TAGS.to_string()).into(),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(Self {
            actor: Actor { user_id: number(stored.actor_id), name: stored.actor.into_owned() },
            correlation_id: stored.correlation_id.into_owned(),
            causation: number(stored.causation),
            source: stored.source.into_owned(),
            tags: stored.tags.split_terminator(BETWEEN_TAGS).map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn is_an_object_of_strings() {
        let metadata = Metadata {
            actor: Actor { user_id: Some(7), name: "ann".to_owned() },
            correlation_id: "r1".to_owned(),
            causation: Some(12),
            source: "http".to_owned(),
            tags: vec!["brand:b".to_owned(), "product:p".to_owned()],
        };
        let stored = json!({"actor": "ann", "actor_id": "7", "correlation_id": "r1", "causation": "12",
                            "source": "http", "tags": "brand:b product:p"});
        assert_eq!(serde_json::to_value(&metadata).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Metadata>(stored).unwrap(), metadata);
    }

    #[test]
    fn what_there_is_nothing_to_say_of_is_left_out() {
        assert_eq!(serde_json::to_string(&Metadata::default()).unwrap(), "{}");
        let strange = json!({"tenant": "x", "actor": "bob"});
        let read: Metadata = serde_json::from_value(strange).unwrap();
        assert_eq!(
            read,
            Metadata { actor: Actor { user_id: None, name: "bob".to_owned() }, ..Metadata::default() }
        );
    }
}
