//! One small function per command.

use super::{CopyRequest, Findings, Generation, GenerationEvent, Outcome, SearchRequest, TemplateName};
use crate::{Decider, Refusal};

pub(super) fn record_copy(
    generation: &Generation,
    number: i64,
    user_id: i64,
    asked: CopyRequest,
    template: TemplateName,
    outcome: Outcome<String>,
) -> Result<Vec<GenerationEvent>, Refusal> {
    new(generation)?;
    let asked = asked.checked()?;
    Ok(vec![match outcome {
        Outcome::Answered { model, content, used } => {
            GenerationEvent::CopyGenerated { number, user_id, asked, template, model, content, used }
        }
        Outcome::Failed { model, reason, duration_ms } => {
            GenerationEvent::CopyFailed { number, user_id, asked, template, model, reason, duration_ms }
        }
    }])
}

pub(super) fn record_search(
    generation: &Generation,
    number: i64,
    user_id: i64,
    asked: SearchRequest,
    outcome: Outcome<Findings>,
) -> Result<Vec<GenerationEvent>, Refusal> {
    new(generation)?;
    let asked = asked.checked()?;
    Ok(vec![match outcome {
        Outcome::Answered { model, content: findings, used } => {
            GenerationEvent::SearchAnswered { number, user_id, asked, model, findings, used }
        }
        Outcome::Failed { model, reason, duration_ms } => {
            GenerationEvent::SearchFailed { number, user_id, asked, model, reason, duration_ms }
        }
    }])
}

pub(super) fn favor(
    generation: &Generation,
    asker: Option<i64>,
    favorite: Option<bool>,
) -> Result<Vec<GenerationEvent>, Refusal> {
    seen_by(generation, asker)?;
    let favorite = favorite.unwrap_or(!generation.is_favorite);
    if favorite == generation.is_favorite {
        return Ok(Vec::new());
    }
    Ok(vec![GenerationEvent::GenerationFavored { favorite }])
}

pub(super) fn delete(generation: &Generation, asker: Option<i64>) -> Result<Vec<GenerationEvent>, Refusal> {
    seen_by(generation, asker)?;
    Ok(vec![GenerationEvent::GenerationDeleted {}])
}

fn new(generation: &Generation) -> Result<(), Refusal> {
    if generation.number == 0 { Ok(()) } else { Err(Refusal::already_exists(Generation::KIND)) }
}

/// Somebody else's is not there.
fn seen_by(generation: &Generation, asker: Option<i64>) -> Result<(), Refusal> {
    let is_seen = asker.is_none_or(|asker| asker == generation.user_id);
    if generation.is_active && is_seen { Ok(()) } else { Err(Refusal::NotFound(Generation::KIND)) }
}
