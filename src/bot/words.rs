use projections::Amount;

use crate::templates::grouped;

/// The commands, each with what follows it and what it is for.
pub(super) const COMMANDS: [(&str, &str, &str); 8] = [
    ("help", "", "這份說明"),
    ("sales", "[today｜yesterday｜日期]", "業績"),
    ("price", "<編號或名稱>", "商品價格與 90 天高低"),
    ("changes", "", "今日漲價、降價、下架"),
    ("stockout", "[廠商代碼]", "缺貨通知進度"),
    ("campaign", "[名稱]", "活動進度與成效"),
    ("status", "", "系統狀態"),
    ("run", "", "立即檢查價格"),
];

/// A command that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name, without the slash.
    pub name: &'static str,
    /// What follows it.
    pub args: Vec<String>,
}

/// A text that is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown command {asked}: there are {}", Self::known())]
pub struct CommandError {
    /// What was asked.
    asked: String,
}

impl CommandError {
    /// All commands, as people write them.
    pub fn known() -> String {
        COMMANDS.map(|(name, _, _)| format!("/{name}")).join(" ")
    }
}

impl Command {
    /// Reads a command such as `/price@shop_bot 12345`: the bot's name is dropped, case does not matter, and what
    /// follows in the text comes before `args`.
    ///
    /// # Errors
    /// When there is no such command.
    pub fn read(text: &str, args: &[String]) -> Result<Self, CommandError> {
        let mut words = text.split_whitespace();
        let asked = words.next().unwrap_or_default();
        let name = asked.strip_prefix(['/', '／']).unwrap_or(asked);
        let name = name.split('@').next().unwrap_or_default().to_lowercase();
        // Telegram's own first word.
        let name = if name == "start" { "help" } else { name.as_str() };
        let known = COMMANDS.iter().find(|(known, _, _)| *known == name);
        let (name, _, _) = known.ok_or_else(|| CommandError { asked: asked.chars().take(64).collect() })?;
        let args = words.map(str::to_owned).chain(args.iter().cloned()).collect();
        Ok(Self { name, args })
    }
}

/// An amount with thousands separators.
pub(super) fn amount(amount: &Amount) -> String {
    grouped(&amount.0.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_command_however_it_is_written() {
        let status = Command { name: "status", args: vec![] };
        for text in ["/status", "status", "/STATUS", " /status@tidemark_bot ", "／status"] {
            assert_eq!(Command::read(text, &[]), Ok(status.clone()), "{text}");
        }
        let args = ["茶".to_owned()];
        let read = Command::read("/campaign@bot 春季", &args).unwrap();
        assert_eq!((read.name, read.args), ("campaign", vec!["春季".to_owned(), "茶".to_owned()]));
        assert_eq!(Command::read("/start", &[]).unwrap().name, "help");
    }

    #[test]
    fn names_the_commands_to_who_asks_for_another() {
        for text in ["/nonsense", "", "@bot", "/"] {
            let error = Command::read(text, &[]).unwrap_err().to_string();
            assert!(error.contains("/help") && error.contains("/status"), "{error}");
        }
    }
}
