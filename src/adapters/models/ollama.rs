//! Ollama's own API: `POST /api/generate`.

use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use super::{Answered, Client, ModelError, ask, count, shortened, text};

/// How freely it writes.
const TEMPERATURE: f64 = 0.8;
/// How long it keeps the model in memory for the next one.
const KEEP_ALIVE: &str = "5m";

/// Lets a model write.
///
/// # Errors
/// See [`ModelError`].
pub async fn generate(
    client: &Client,
    base: Option<&Url>,
    model: &str,
    system: &str,
    prompt: &str,
    timeout: Duration,
) -> Result<Answered<String>, ModelError> {
    let address = base.and_then(|base| base.join("/api/generate").ok());
    let address = address.ok_or(ModelError::NotConfigured("TIDEMARK_OLLAMA_URL"))?;
    let body = json!({
        "model": model, "system": system, "prompt": prompt, "stream": false, "think": false,
        "options": { "temperature": TEMPERATURE }, "keep_alive": KEEP_ALIVE,
    });
    let client = client.towards(&address)?;
    let answer = ask(|| client.post(address.clone()).json(&body), timeout).await?;
    read(&answer, model)
}

/// One object, or, from a proxy that streams all the same, one a line.
fn read(answer: &[u8], asked_model: &str) -> Result<Answered<String>, ModelError> {
    let broken = |what: &str| ModelError::Broken(what.to_owned());
    let answer = std::str::from_utf8(answer).map_err(|_| broken("is not UTF-8"))?;
    let mut content = String::new();
    let mut last = Value::Null;
    let mut stream = serde_json::Deserializer::from_str(answer).into_iter::<Value>();
    for part in &mut stream {
        let part =
            part.map_err(|_| broken(if last.is_null() { "is no JSON" } else { "broke off in the middle" }))?;
        if let Some(message) = part["error"].as_str() {
            return Err(ModelError::Refused { status: 200, message: shortened(message) });
        }
        let Some(text) = part["response"].as_str() else { return Err(broken("lacks the field response")) };
        content.push_str(text);
        last = part;
    }
    if last["done"] != true {
        return Err(broken("broke off in the middle"));
    }
    Ok(Answered {
        model: last["model"].as_str().unwrap_or(asked_model).to_owned(),
        content: text(without_thoughts(&content))?,
        input_tokens: count(&last["prompt_eval_count"]),
        output_tokens: count(&last["eval_count"]),
        duration: last["total_duration"].as_u64().map(Duration::from_nanos),
    })
}

/// Models that think aloud do it before they answer.
fn without_thoughts(content: &str) -> &str {
    let thinks = content.trim_start().starts_with("<think>");
    content.split_once("</think>").filter(|_| thinks).map_or(content, |(_, answer)| answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Value {
        json!({
            "model": "llama3:70b", "created_at": "2026-01-01T00:00:00Z", "response": "好用的精華液", "done": true,
            "done_reason": "stop", "context": [], "total_duration": 5_200_000_000_u64, "load_duration": 1,
            "prompt_eval_count": 120, "prompt_eval_duration": 1, "eval_count": 85, "eval_duration": 1,
        })
    }

    fn refused(answer: &str) -> String {
        read(answer.as_bytes(), "m").unwrap_err().to_string()
    }

    #[test]
    fn counters_are_read_as_they_are_told() {
        let answered = read(whole().to_string().as_bytes(), "m").unwrap();
        assert_eq!((answered.model.as_str(), answered.content.as_str()), ("llama3:70b", "好用的精華液"));
        assert_eq!((answered.input_tokens, answered.output_tokens), (120, 85));
        assert_eq!(answered.duration, Some(Duration::from_millis(5_200)));
        let mut bare = whole();
        for absent in ["prompt_eval_count", "eval_count", "total_duration", "model"] {
            bare.as_object_mut().unwrap().remove(absent);
        }
        let answered = read(bare.to_string().as_bytes(), "m").unwrap();
        assert_eq!((answered.model.as_str(), answered.input_tokens, answered.duration), ("m", 0, None));
    }

    #[test]
    fn a_streamed_answer_is_put_together_and_thoughts_are_left_out() {
        let streamed = "{\"model\":\"m\",\"response\":\"<think>嗯\",\"done\":false}\n\
                        {\"model\":\"m\",\"response\":\"</think>\\n好\",\"done\":false}\n\
                        {\"model\":\"m\",\"response\":\"！\",\"done\":true,\"eval_count\":3}\n";
        let answered = read(streamed.as_bytes(), "m").unwrap();
        assert_eq!((answered.content.as_str(), answered.output_tokens), ("好！", 3));
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        assert!(refused("<html>").contains("no JSON"));
        assert!(refused("[]").contains("lacks"));
        assert!(refused("").contains("broke off"));
        assert!(refused(r#"{"response":"好","done":false}"#).contains("broke off"));
        assert!(refused("{\"response\":\"好\",\"done\":false}\n{\"respo").contains("broke off"));
        assert!(refused(r#"{"response":" ","done":true}"#).contains("empty"));
        assert!(refused(r#"{"response":5,"done":true}"#).contains("lacks"));
        let late = "{\"response\":\"好\",\"done\":false}\n{\"error\":\"out of memory\"}\n";
        assert!(refused(late).contains("out of memory"));
    }
}
