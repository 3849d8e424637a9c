use super::words::COMMANDS;

pub(super) fn answer() -> String {
    let lines = COMMANDS.map(|(name, args, purpose)| {
        let command = format!("/{name} {args}");
        format!("{}　{purpose}", command.trim_end())
    });
    format!("📖 可用指令\n{}", lines.join("\n"))
}
