//! Where the cluster is whose deployments may be restarted.

use std::path::PathBuf;

use url::Url;

use super::{Reader, base_url};

/// Where a pod finds what it may present to its own cluster.
const ACCOUNT_DIR: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The settings of Kubernetes.
#[derive(Clone, Debug)]
pub struct Kubernetes {
    /// The API server; none: outside a cluster.
    pub url: Option<Url>,
    /// The namespace; none: that of the service account.
    pub namespace: Option<String>,
    /// What may be restarted.
    pub deployments: Vec<String>,
    /// Holds `token`, `ca.crt` and `namespace`.
    pub account_dir: PathBuf,
}

impl Kubernetes {
    pub(super) fn read<V: Fn(&str) -> Option<String>>(reader: &mut Reader<V>) -> Self {
        let named = base_url::read(reader, "TIDEMARK_KUBERNETES_URL");
        let list = reader.text("TIDEMARK_KUBERNETES_DEPLOYMENTS").unwrap_or_default();
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self {
            url: named.or_else(|| in_cluster(reader)),
            namespace: reader.text("TIDEMARK_KUBERNETES_NAMESPACE"),
            deployments: names.map(str::to_owned).collect(),
            account_dir: reader
                .text("TIDEMARK_KUBERNETES_ACCOUNT_DIR")
                .unwrap_or_else(|| ACCOUNT_DIR.into())
                .into(),
        }
    }
}

/// What Kubernetes itself tells a pod.
fn in_cluster<V: Fn(&str) -> Option<String>>(reader: &Reader<V>) -> Option<Url> {
    let host = reader.text("KUBERNETES_SERVICE_HOST")?;
    let port = reader.text("KUBERNETES_SERVICE_PORT").unwrap_or_else(|| "443".into());
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Url::parse(&format!("https://{host}:{port}")).ok()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn url(settings: &[(&str, &str)]) -> Option<String> {
        let config = Config::read(|name| {
            settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        config.unwrap().kubernetes.url.map(|url| url.to_string())
    }

    #[test]
    fn a_pod_knows_its_own_cluster_and_a_setting_counts_more() {
        assert_eq!(url(&[]), None);
        let pod = [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "6443")];
        assert_eq!(url(&pod).as_deref(), Some("https://10.0.0.1:6443/"));
        assert_eq!(url(&[("KUBERNETES_SERVICE_HOST", "fd00::1")]).as_deref(), Some("https://[fd00::1]/"));
        let named = [pod[0], ("TIDEMARK_KUBERNETES_URL", "http://127.0.0.1:9")];
        assert_eq!(url(&named).as_deref(), Some("http://127.0.0.1:9/"));
    }
}
