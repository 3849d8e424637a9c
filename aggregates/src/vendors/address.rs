//! What can stand in the header of a mail.

/// The longest address that mail can be sent to (RFC 5321), in bytes.
const ADDRESS_BYTES_MAX: usize = 254;
/// The longest part before the at sign, in bytes.
const LOCAL_BYTES_MAX: usize = 64;

/// Whether mail can be sent to `address`: one name, one host with a dot, and nothing that a header would obey.
pub fn is_mail_address(address: &str) -> bool {
    let Some((local, host)) = address.rsplit_once('@') else { return false };
    let is_plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>()[]\\,;:\"@".contains(letter);
    address.len() <= ADDRESS_BYTES_MAX
        && (1..=LOCAL_BYTES_MAX).contains(&local.len())
        && local.chars().all(is_plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && is_host(host)
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    host.contains('.') && host.split('.').all(is_label)
}
