use std::sync::Arc;
use std::time::{Duration, Instant};

use aggregates::copywriting::{
    CopyRequest, Findings, Outcome, Provider, SearchRequest, TemplateName, Used, cost_usd,
};
use chrono::Utc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::prompts;
use crate::adapters::models::gemini::Gemini;
use crate::adapters::models::{Answered, Client, ModelError, ollama};
use crate::config::Models;
use crate::limits;

/// Asks models in the house's name.
#[derive(Clone)]
pub struct Copywriter {
    models: Models,
    client: Client,
    places: Arc<Semaphore>,
}

impl Copywriter {
    /// With these settings.
    pub fn new(models: Models) -> Self {
        let client = Client::new();
        Self { models, client, places: Arc::new(Semaphore::new(limits::MODEL_REQUESTS_AT_ONCE)) }
    }

    /// A place for one request; none: so many are under way that another would only make all slower.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Lets a model write copy.
    pub async fn write(&self, asked: &CopyRequest) -> (TemplateName, Outcome<String>) {
        let prompts::Prompt { name, system, prompt } = prompts::of(asked);
        let started = Instant::now();
        let (model, answer) = match asked.provider {
            Provider::Ollama => {
                let models = &self.models;
                let (base, model) = (models.ollama_url.as_ref(), &models.ollama_model);
                let answer =
                    ollama::generate(&self.client, base, model, &system, &prompt, models.timeout).await;
                (model, answer)
            }
            Provider::Gemini => {
                (&self.models.gemini_model, self.gemini().generate(&self.client, &system, &prompt).await)
            }
        };
        (name, outcome(asked.provider, model, started.elapsed(), answer))
    }

    /// Lets a model look something up.
    pub async fn search(&self, asked: &SearchRequest) -> Outcome<Findings> {
        let started = Instant::now();
        let answer = self.gemini().search(&self.client, &asked.query).await;
        outcome(Provider::Gemini, &self.models.gemini_model, started.elapsed(), answer)
    }

    fn gemini(&self) -> Gemini<'_> {
        Gemini {
            base: self.models.gemini_url.as_ref(),
            key: self.models.gemini_key.as_ref(),
            model: &self.models.gemini_model,
            timeout: self.models.timeout,
        }
    }
}

fn outcome<T>(
    provider: Provider,
    asked_model: &str,
    took: Duration,
    answer: Result<Answered<T>, ModelError>,
) -> Outcome<T> {
    let milliseconds = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let is_answered = if answer.is_ok() { "answered" } else { "failed" };
    metrics::counter!("tidemark_ai_requests_total", "provider" => provider.code(), "outcome" => is_answered)
        .increment(1);
    match answer {
        Ok(Answered { model, content, input_tokens, output_tokens, duration }) => {
            let tokens = metrics::counter!("tidemark_ai_tokens_total", "provider" => provider.code());
            tokens.increment((input_tokens + output_tokens).unsigned_abs());
            let cost_usd = cost_usd(provider, &model, Utc::now().date_naive(), input_tokens, output_tokens);
            let duration_ms = milliseconds(duration.unwrap_or(took));
            Outcome::Answered {
                model,
                content,
                used: Used { duration_ms, input_tokens, output_tokens, cost_usd },
            }
        }
        Err(error) => {
            tracing::warn!(provider = provider.code(), model = asked_model, %error, "a model did not answer");
            let reason = error.to_string();
            Outcome::Failed { model: asked_model.to_owned(), reason, duration_ms: milliseconds(took) }
        }
    }
}
