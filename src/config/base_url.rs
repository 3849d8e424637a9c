use url::Url;

use super::Reader;

/// The scheme and host of an outside service (contract §5): documented paths are added to it.
pub(super) fn read<V: Fn(&str) -> Option<String>>(reader: &mut Reader<V>, name: &str) -> Option<Url> {
    let text = reader.text(name)?;
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Some(url),
        _ => {
            reader.errors.push(format!("{name} must be a scheme and host like https://service.example"));
            None
        }
    }
}
