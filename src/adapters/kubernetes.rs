//! Restarting a deployment by Kubernetes' own API, as `kubectl rollout restart` does.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::{Certificate, Client, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use crate::config::Kubernetes;
use crate::limits;

/// Why nothing was restarted.
#[derive(Debug, thiserror::Error)]
pub enum KubernetesError {
    /// It is not among those that may be.
    #[error("this deployment may not be restarted from here")]
    NotAllowed,
    /// There is no cluster to ask.
    #[error("Tidemark runs outside a Kubernetes cluster, and TIDEMARK_KUBERNETES_URL is not set")]
    OutsideCluster,
    /// It is paused: a restart would change nothing until somebody resumes it.
    #[error("the deployment is paused: resume it first")]
    Paused,
    /// The API server refuses.
    #[error("Kubernetes says: {message}")]
    Refused {
        /// Its status.
        status: u16,
        /// Its words, shortened.
        message: String,
    },
    /// It does not answer, or not in words that can be understood.
    #[error("the Kubernetes API does not answer: {0}")]
    Unreachable(String),
}

/// Restarts `deployment` and answers the namespace it is in.
///
/// # Errors
/// See [`KubernetesError`].
pub async fn restart(
    config: &Kubernetes,
    deployment: &str,
    now: DateTime<Utc>,
) -> Result<String, KubernetesError> {
    if !config.deployments.iter().any(|allowed| allowed == deployment) {
        return Err(KubernetesError::NotAllowed);
    }
    let url = config.url.as_ref().ok_or(KubernetesError::OutsideCluster)?;
    let namespace = match &config.namespace {
        Some(namespace) => namespace.clone(),
        None => read(&config.account_dir, "namespace").unwrap_or_else(|| "default".to_owned()),
    };
    let client = client(&config.account_dir)?;
    let address = address(url, &namespace, deployment)?;
    let with_token = |request: RequestBuilder| match read(&config.account_dir, "token") {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let found = answer(with_token(client.get(address.clone()))).await?;
    if found["spec"]["paused"] == true {
        return Err(KubernetesError::Paused);
    }
    let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let annotations = json!({ "annotations": { "kubectl.kubernetes.io/restartedAt": at } });
    let patch = json!({ "spec": { "template": { "metadata": annotations } } });
    let request = client.patch(address).body(patch.to_string());
    let request = request.header(header::CONTENT_TYPE, "application/strategic-merge-patch+json");
    answer(with_token(request)).await?;
    Ok(namespace)
}

/// Names come from the settings, but a setting may be wrong too: each is one segment of the path.
fn address(base: &Url, namespace: &str, deployment: &str) -> Result<Url, KubernetesError> {
    let mut address = base.clone();
    let mut segments =
        address.path_segments_mut().map_err(|()| KubernetesError::Unreachable("no address".to_owned()))?;
    segments.pop_if_empty().extend([
        "apis",
        "apps",
        "v1",
        "namespaces",
        namespace,
        "deployments",
        deployment,
    ]);
    drop(segments);
    Ok(address)
}

fn client(account_dir: &Path) -> Result<Client, KubernetesError> {
    let unable = |error: reqwest::Error| KubernetesError::Unreachable(error.without_url().to_string());
    let timeout = Duration::from_secs(limits::KUBERNETES_TIMEOUT_S);
    let mut builder =
        Client::builder().no_proxy().timeout(timeout).redirect(reqwest::redirect::Policy::none());
    if let Some(authority) = read(account_dir, "ca.crt") {
        builder = builder.add_root_certificate(Certificate::from_pem(authority.as_bytes()).map_err(unable)?);
    }
    builder.build().map_err(unable)
}

async fn answer(request: RequestBuilder) -> Result<Value, KubernetesError> {
    let unreachable = |error: reqwest::Error| KubernetesError::Unreachable(error.without_url().to_string());
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(unreachable)? {
        if body.len() + part.len() > limits::KUBERNETES_ANSWER_BYTES {
            return Err(KubernetesError::Unreachable("its answer is too large".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    let json: Option<Value> = serde_json::from_slice(&body).ok();
    if status.is_success() {
        return json.ok_or_else(|| KubernetesError::Unreachable("its answer is no JSON".to_owned()));
    }
    Err(KubernetesError::Refused { status: status.as_u16(), message: words(status, json.as_ref()) })
}

/// `{"kind":"Status","reason","message"}`, or just the status.
fn words(status: StatusCode, json: Option<&Value>) -> String {
    let message = json.and_then(|json| json["message"].as_str()).filter(|message| !message.is_empty());
    let message = message.map_or_else(|| status.to_string(), str::to_owned);
    let printable = message.chars().filter(|character| !character.is_control());
    printable.take(limits::OUTSIDE_MESSAGE_CHARS).collect()
}

/// A file of the service account. The token changes now and then, so it is read anew each time.
fn read(account_dir: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(account_dir.join(name)).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
