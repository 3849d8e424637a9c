//! Google's `models/{model}:generateContent`, with Google's own search where it is asked for.

use std::time::Duration;

use aggregates::copywriting::{Findings, Segment, Source};
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use url::Url;

use super::{Answered, Client, ModelError, ask, count, text};
use crate::auth::Secret;
use crate::limits;

/// How freely it writes.
const TEMPERATURE: f64 = 0.8;

/// Where it is and what opens it.
#[derive(Clone, Copy, Debug)]
pub struct Gemini<'a> {
    /// Scheme and host.
    pub base: Option<&'a Url>,
    /// The key; it travels in a header, since addresses are logged.
    pub key: Option<&'a Secret>,
    /// Which model.
    pub model: &'a str,
    /// How long it may take.
    pub timeout: Duration,
}

impl Gemini<'_> {
    /// Lets it write.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn generate(
        &self,
        client: &Client,
        system: &str,
        prompt: &str,
    ) -> Result<Answered<String>, ModelError> {
        let body = json!({
            "systemInstruction": { "parts": [{ "text": system }] },
            "contents": [{ "role": "user", "parts": [{ "text": prompt }] }],
            "generationConfig": { "temperature": TEMPERATURE, "maxOutputTokens": limits::MODEL_OUTPUT_TOKENS },
        });
        let answer = self.ask(client, &body).await?;
        let said = text(&words(&answer)?)?;
        Ok(self.answered(&answer, said))
    }

    /// Lets it look something up.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn search(&self, client: &Client, query: &str) -> Result<Answered<Findings>, ModelError> {
        let body = json!({
            "contents": [{ "role": "user", "parts": [{ "text": query }] }],
            "tools": [{ "google_search": {} }],
        });
        let answer = self.ask(client, &body).await?;
        let findings = findings(&answer)?;
        Ok(self.answered(&answer, findings))
    }

    async fn ask(&self, client: &Client, body: &Value) -> Result<Value, ModelError> {
        let secret = self.key.ok_or(ModelError::NotConfigured("TIDEMARK_GEMINI_KEY"))?;
        let mut key = HeaderValue::try_from(secret.expose())
            .map_err(|_| ModelError::NotConfigured("TIDEMARK_GEMINI_KEY"))?;
        key.set_sensitive(true);
        let path = format!("/v1beta/models/{}:generateContent", self.model.trim_start_matches("models/"));
        let address = self.base.and_then(|base| base.join(&path).ok());
        let address = address.ok_or(ModelError::NotConfigured("TIDEMARK_GEMINI_URL"))?;
        let client = client.towards(&address)?;
        let make = || client.post(address.clone()).header("x-goog-api-key", key.clone()).json(body);
        let answer = match ask(make, self.timeout).await {
            // Should it ever repeat the key, nobody is told.
            Err(ModelError::Refused { status, message }) => {
                let message = message.replace(secret.expose(), "…");
                return Err(ModelError::Refused { status, message });
            }
            answer => answer?,
        };
        serde_json::from_slice(&answer).map_err(|_| ModelError::Broken("is no JSON".to_owned()))
    }

    fn answered<T>(&self, answer: &Value, content: T) -> Answered<T> {
        let used = &answer["usageMetadata"];
        Answered {
            model: answer["modelVersion"].as_str().unwrap_or(self.model).to_owned(),
            content,
            input_tokens: count(&used["promptTokenCount"]) + count(&used["toolUsePromptTokenCount"]),
            output_tokens: count(&used["candidatesTokenCount"]) + count(&used["thoughtsTokenCount"]),
            duration: None,
        }
    }
}

/// All words of the first candidate, without its thoughts, exactly as they are: positions count their bytes.
fn words(answer: &Value) -> Result<String, ModelError> {
    let broken = |what: String| ModelError::Broken(what);
    if let Some(reason) = answer["promptFeedback"]["blockReason"].as_str() {
        return Err(broken(format!("was blocked: {}", super::shortened(reason))));
    }
    let candidate = &answer["candidates"][0];
    let reason = candidate["finishReason"].as_str().unwrap_or_default();
    let parts = candidate["content"]["parts"].as_array();
    let said = parts.into_iter().flatten().filter(|part| part["thought"] != true);
    let words: String = said.filter_map(|part| part["text"].as_str()).collect();
    match (words.is_empty(), reason) {
        (false, "" | "STOP" | "MAX_TOKENS") => Ok(words),
        (true, "" | "STOP" | "MAX_TOKENS") => Err(broken("holds no text".to_owned())),
        (_, reason) => Err(broken(format!("was stopped: {}", super::shortened(reason)))),
    }
}

fn findings(answer: &Value) -> Result<Findings, ModelError> {
    // NUL and its like are never part of what Google writes; where they are, positions would lie after cleaning.
    let said = words(answer)?;
    let kept: String = said
        .chars()
        .filter(|character| matches!(character, '\n' | '\t') || !character.is_control())
        .collect();
    text(&kept)?;
    let is_whole = kept.len() == said.len();
    let grounding = &answer["candidates"][0]["groundingMetadata"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let source = |chunk: &Value| Source {
        uri: string(&chunk["web"]["uri"]).unwrap_or_default(),
        title: string(&chunk["web"]["title"]),
    };
    let chunks = list(&grounding["groundingChunks"]);
    let sources: Vec<Source> = chunks.iter().map(source).take(limits::SEARCH_SOURCES).collect();
    let supports = list(&grounding["groundingSupports"]);
    let segments =
        supports.iter().filter(|_| is_whole).filter_map(|support| segment(support, &kept, &sources));
    Ok(Findings {
        segments: segments.take(limits::SEARCH_SEGMENTS).collect(),
        queries: list(&grounding["webSearchQueries"]).iter().filter_map(string).collect(),
        rendered: string(&grounding["searchEntryPoint"]["renderedContent"]),
        answer: kept,
        sources,
    })
}

/// A part of the answer, by bytes of UTF-8; one that does not lie in the answer is left out.
fn segment(support: &Value, answer: &str, sources: &[Source]) -> Option<Segment> {
    let told = &support["segment"];
    let start = usize::try_from(count(&told["startIndex"])).ok()?;
    let end = usize::try_from(told["endIndex"].as_i64()?).ok()?;
    let text = answer.get(start..end)?;
    let places = support["groundingChunkIndices"].as_array()?.iter().filter_map(Value::as_i64);
    let is_there = |place: &i64| usize::try_from(*place).is_ok_and(|place| place < sources.len());
    Some(Segment {
        start: i64::try_from(start).ok()?,
        end: i64::try_from(end).ok()?,
        text: text.to_owned(),
        sources: places.filter(is_there).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(parts: &Value, reason: &str) -> Value {
        json!({ "candidates": [{ "content": { "parts": parts, "role": "model" }, "finishReason": reason }] })
    }

    fn refused(answer: &Value) -> String {
        words(answer).unwrap_err().to_string()
    }

    #[test]
    fn all_parts_but_thoughts_are_the_answer() {
        let parts = json!([{ "text": "想", "thought": true }, { "text": "好" }, { "text": "用" }]);
        assert_eq!(words(&answer(&parts, "STOP")).unwrap(), "好用");
        assert_eq!(words(&answer(&parts, "MAX_TOKENS")).unwrap(), "好用");
    }

    #[test]
    fn blocked_and_empty_answers_are_told() {
        assert!(refused(&json!({ "promptFeedback": { "blockReason": "SAFETY" } })).contains("SAFETY"));
        assert!(refused(&answer(&json!([{ "text": "x" }]), "RECITATION")).contains("RECITATION"));
        assert!(refused(&answer(&json!([]), "STOP")).contains("no text"));
        assert!(refused(&json!({})).contains("no text"));
        assert!(refused(&json!([1])).contains("no text"));
    }

    #[test]
    fn segments_count_bytes_and_lie_in_the_answer() {
        let mut found = answer(&json!([{ "text": "防曬很重要。每天擦。" }]), "STOP");
        found["candidates"][0]["groundingMetadata"] = json!({
            "searchEntryPoint": { "renderedContent": "<div>x</div>" },
            "groundingChunks": [{ "web": { "uri": "https://a.example", "title": "a" } }, { "web": {} }],
            "groundingSupports": [
                { "segment": { "endIndex": 18, "text": "防曬很重要。" }, "groundingChunkIndices": [0, 7] },
                { "segment": { "startIndex": 1, "endIndex": 18 }, "groundingChunkIndices": [0] },
                { "segment": { "startIndex": 18, "endIndex": 999 }, "groundingChunkIndices": [0] },
            ],
            "webSearchQueries": ["防曬"],
        });
        let found = findings(&found).unwrap();
        let segment = Segment { start: 0, end: 18, text: "防曬很重要。".to_owned(), sources: vec![0] };
        assert_eq!(found.segments, [segment]);
        assert_eq!((found.sources.len(), found.queries.len()), (2, 1));
        assert_eq!(found.rendered.as_deref(), Some("<div>x</div>"));
    }
}
