use crate::app::App;
use crate::http::RequestContext;

/// Scheme and host of this server's sockets as the client reaches them: as configured, or as it asked.
pub(super) fn base(app: &App, request: &RequestContext) -> String {
    let (is_secure, host) = match &app.config.public_url {
        Some(url) => (url.scheme() == "https", authority(url)),
        None => (request.is_https(), request.host().map_or_else(|| listening(app), str::to_owned)),
    };
    format!("{}://{host}", if is_secure { "wss" } else { "ws" })
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn listening(app: &App) -> String {
    app.config.listen.first().map(ToString::to_string).unwrap_or_default()
}

/// A value in a query.
pub(super) fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
