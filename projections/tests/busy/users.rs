//! Users who come, change and go; some are erased after they went.

use aggregates::users::{Role, Standing, User, UserCommand, UserPatch};

use super::{Choices, Slice, may};
use crate::support::History;

/// The most users there are.
const USERS: i64 = 8;

/// Few users whose names are free again when they go.
pub(crate) struct Users;

impl Slice for Users {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let number = choices.number(USERS);
        let standing = Standing { asker: None, other_admin: Some(choices.number(USERS)) };
        let username = choices.one(&["mei", "Åsa", "ｌｉｎ", "bo", "yu"]).to_owned();
        let email = choices.once_in(2).then(|| format!("{act}@example.com"));
        let command = if history.state::<User>(&number.to_string()).0 == 0 {
            let role = choices.one(&Role::ALL);
            let username = format!("{username}{number}");
            UserCommand::Register { number, username, email, display_name: None, role }
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
                    is_enabled: choices.once_in(2).then(|| act.is_multiple_of(2)),
                    resets_password: choices.once_in(5),
                    standing,
                },
            }
        };
        may::<User>(history, &number, command);
    }
}
