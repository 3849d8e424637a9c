use serde_json::Value;

use super::wait::PATIENCE;

/// A stream of server-sent events, as an EventSource reads it.
pub(crate) struct Events {
    response: reqwest::Response,
    unread: String,
    last_id: String,
}

impl Events {
    pub(super) fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status().as_u16(), 200);
        let content_type = response.headers()["content-type"].to_str().unwrap();
        assert!(content_type.starts_with("text/event-stream"), "{content_type}");
        Self { response, unread: String::new(), last_id: String::new() }
    }

    /// The next event with the id that is the last one then; none at the end.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((event, rest)) =
                self.unread.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned()))
            {
                self.unread = rest;
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                if let Some(id) = field("id:") {
                    self.last_id = id.to_owned();
                }
                if let Some(data) = field("data:") {
                    return Some((self.last_id.clone(), serde_json::from_str(data).expect("data is JSON")));
                }
            }
            let chunk =
                tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event in time");
            let chunk = chunk.expect("the stream does not break")?;
            self.unread.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}
