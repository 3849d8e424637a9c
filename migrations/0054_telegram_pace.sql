-- When the next message may go out: to a chat, and ('*') to all of them together. One for the whole cluster.
CREATE TABLE telegram_pace (
    chat    text PRIMARY KEY,
    free_at timestamptz NOT NULL
) WITH (fillfactor = 50);
