//! Users who come, change and go; some are erased after they went.

use aggregates::users::{Role, Standing, User, UserCommand, UserPatch};

use super::{Choices, Slice, may};
use crate::support::History;

/// Few users at a time; names are free again when somebody goes.
#[derive(Default)]
pub(crate) struct Users {
    registered: i64,
}

impl Slice for Users {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let is_new = self.registered < 3 || choices.once_in(12);
        self.registered += i64::from(is_new);
        let number = if is_new { self.registered } else { choices.number(self.registered) };
        let standing = Standing { asker: None, other_admin: Some(choices.number(self.registered)) };
        let username = choices.one(&["mei", "Åsa", "ｌｉｎ", "bo", "yu"]).to_owned();
        let email = choices.once_in(2).then(|| format!("{act}@example.com"));
        let command = if is_new {
            let role = choices.one(&Role::ALL);
            let username = format!("{username}{number}");
            UserCommand::Register {
                number,
                username,
                email,
                display_name: None,
                role,
                is_enabled: !choices.once_in(4),
            }
        } else {
            match choices.below(20) {
                0 => UserCommand::Remove(standing),
                1 => UserCommand::Erase(standing),
                _ => UserCommand::Change {
                    patch: UserPatch {
                        username: choices.once_in(2).then_some(username),
                        email: choices.once_in(2).then_some(email),
                        display_name: choices.once_in(3).then(|| Some(format!("user {act}"))),
                    },
                    role: choices.once_in(3).then(|| choices.one(&Role::ALL)),
                    is_enabled: choices.once_in(2).then(|| choices.once_in(2)),
                    resets_password: choices.once_in(5),
                    standing,
                },
            }
        };
        may::<User>(history, &number, command);
    }
}
