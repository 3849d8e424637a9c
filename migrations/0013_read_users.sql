CREATE TABLE read.users (
    number          bigint PRIMARY KEY,
    username        text NOT NULL,
    -- In lower case, as it is claimed.
    username_folded text NOT NULL,
    email           text,
    display_name    text,
    role            text NOT NULL,
    is_active       boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    own_position    bigint NOT NULL
);

-- Not unique: a removed user's name is free again, and the log's claims see to the rest.
CREATE INDEX users_by_name ON read.users (username_folded) WHERE is_active;
