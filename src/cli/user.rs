//! `tidemark user create NAME --role R [--email E]`: the password comes from standard input.

use std::io::{BufRead, Write};

use aggregates::{Refusal, users::Role};
use anyhow::{Context as _, bail};
use chrono::Utc;
use uuid::Uuid;

use crate::auth::{Auth, NewUser, Password, RegisterError, Secret};
use crate::event_store::{Context, ExecuteError, Store};

/// The longest line that is read as a password: 1,000 characters of four bytes, and its end.
const PASSWORD_LINE_BYTES: u64 = 4_002;

/// Lets somebody in, beside a running server or without one.
///
/// # Errors
/// A sentence for whoever typed it: the name is taken, the password too short …
pub async fn create(
    auth: &Auth,
    store: &Store,
    username: String,
    role: Role,
    email: Option<String>,
    password: Password,
    output: &mut impl Write,
) -> anyhow::Result<()> {
    let context = Context::system("cli", "cli", Uuid::now_v7().to_string());
    let name = username.clone();
    let new = NewUser { username, email, display_name: None, role, is_enabled: true, password };
    let (number, _) = match auth.accounts.register(store, new, &context, Utc::now()).await {
        Ok(registered) => registered,
        Err(RegisterError::Execute(ExecuteError::ClaimTaken { .. })) => bail!("the name {name} is taken"),
        Err(RegisterError::Execute(ExecuteError::Refused(Refusal::Invalid(faults)))) => {
            let sentences = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message));
            bail!("{}", sentences.collect::<Vec<_>>().join("; "))
        }
        Err(error) => return Err(error).context("the user was not registered"),
    };
    writeln!(output, "user {name} with the role {} has the number {number}", role.code())?;
    Ok(())
}

/// Reads a password: the first line, without its end. Nothing else is cut off.
///
/// # Errors
/// When there is none, or it may not be one.
pub fn read_password(input: impl BufRead) -> anyhow::Result<Password> {
    let mut line = Vec::new();
    input.take(PASSWORD_LINE_BYTES).read_until(b'\n', &mut line).context("the password could not be read")?;
    let line = String::from_utf8(line).ok().context("the password is not UTF-8")?;
    let line = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        bail!("the password is expected on standard input");
    }
    Password::parse("password", Secret::new(line)).map_err(|fault| anyhow::anyhow!(fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_password() {
        for (typed, password) in [
            ("correct horse\n", "correct horse"),
            ("correct horse\r\n", "correct horse"),
            ("correct horse", "correct horse"),
            ("  two spaces  \nnot this\n", "  two spaces  "),
        ] {
            assert_eq!(read_password(typed.as_bytes()).unwrap().expose(), password);
        }
        let longest = "鑰".repeat(1_000);
        assert_eq!(read_password(format!("{longest}\n").as_bytes()).unwrap().expose(), longest);
    }

    #[test]
    fn what_may_not_be_a_password_is_refused_with_a_sentence() {
        let refused = |typed: &[u8]| read_password(typed).unwrap_err().to_string();
        assert!(refused(b"").contains("standard input"));
        assert!(refused(b"\n").contains("standard input"));
        assert!(refused(b"short\n").contains("at least 8"));
        assert!(refused(&[b'x'; 10_000]).contains("at most 1000"));
        assert!(refused(b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\n").contains("UTF-8"));
    }
}
