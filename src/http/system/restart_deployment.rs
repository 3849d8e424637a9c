use axum::extract::State;
use chrono::Utc;
use projections::Instant;
use schemars::JsonSchema;
use serde::Serialize;

use crate::adapters::kubernetes::{self, KubernetesError};
use crate::app::App;
use crate::http::{Answer, ApiError, Caller, Code, Field, Form, JsonBody, M, Mode};

/// Which one.
pub(super) static FORM: Form =
    Form::new(&[Field::text("deployment", 253).required().doc("one of TIDEMARK_KUBERNETES_DEPLOYMENTS")]);

/// What was restarted.
#[derive(Serialize, JsonSchema)]
pub(super) struct Restarted {
    deployment: String,
    namespace: String,
    restarted_at: Instant,
}

/// POST /api/system/k8s/restart. The caller waits for Kubernetes' own answer, so no job stands between.
pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    JsonBody(body): JsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let deployment = values.text("deployment").unwrap_or_default();
    let deployment = deployment.trim().to_owned();
    let now = Utc::now();
    let namespace = kubernetes::restart(&app.config.kubernetes, &deployment, now).await?;
    tracing::info!(user_id = caller.user_id, deployment, namespace, "a deployment was restarted");
    Ok(M::ok(Restarted { deployment, namespace, restarted_at: Instant(now) }))
}

impl From<KubernetesError> for ApiError {
    fn from(error: KubernetesError) -> Self {
        let sentence = error.to_string();
        match error {
            KubernetesError::NotAllowed => Self::saying(Code::PermissionDenied, sentence),
            KubernetesError::Paused => Self::field("deployment", "not_allowed", sentence),
            KubernetesError::Refused { status: 404, .. } => Self::not_found("deployment"),
            KubernetesError::Refused { status: 409, .. } => Self::saying(Code::Conflict, sentence),
            KubernetesError::Refused { status: 429, .. } => Self::saying(Code::RateLimited, sentence),
            // Addresses are for the log only.
            KubernetesError::Unreachable(cause) => Self::failed("the Kubernetes API does not answer", cause),
            KubernetesError::Refused { .. } | KubernetesError::OutsideCluster => {
                Self::failed(sentence.clone(), sentence)
            }
        }
    }
}
