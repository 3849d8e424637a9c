-- Who may come in, and with what. Plain tables and not events: no secret ever enters the log.
-- Nothing here refers to read.users by a foreign key, since read tables are dropped and rebuilt.

-- Users are known to clients by integers (contract R4). A number is allotted once and never again.
CREATE SEQUENCE user_numbers AS bigint;

CREATE TABLE user_passwords (
    user_id    bigint      PRIMARY KEY,
    hash       text        NOT NULL, -- a PHC string with its own parameters and salt
    version    bigint      NOT NULL DEFAULT 1, -- grows with each change: who signs in with the old one comes too late
    changed_at timestamptz NOT NULL
);

-- Browsers. The cookie's value is known by its SHA-256 only.
CREATE TABLE sessions (
    id_hash      bytea       PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    user_id      bigint      NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ip           text        NOT NULL,
    agent        text
);
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at DESC);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Programs. Without a name: made by POST /api/auth/token, which stands for signing in.
CREATE TABLE api_tokens (
    id           uuid        PRIMARY KEY,
    token_hash   bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    user_id      bigint      NOT NULL,
    name         text        CHECK (char_length(name) BETWEEN 1 AND 100),
    role         text        NOT NULL, -- a ceiling: the token acts with the lower of this and its user's role
    created_by   bigint,               -- none: the command line
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_at DESC) WHERE revoked_at IS NULL;
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);

-- Each knock at the door, whatever came of it.
CREATE TABLE login_attempts (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username        text        NOT NULL, -- as typed, shortened
    username_folded text        NOT NULL,
    user_id         bigint,               -- of the user so called, if there is one
    ip              text        NOT NULL,
    network         text        NOT NULL, -- what an address counts as: itself, or the /64 of an IPv6 address
    agent           text,
    succeeded       boolean     NOT NULL,
    reason          text        NOT NULL,
    counts          boolean     NOT NULL GENERATED ALWAYS AS (NOT succeeded AND reason <> 'locked_out') STORED,
    at              timestamptz NOT NULL
);
CREATE INDEX login_failures_by_name ON login_attempts (username_folded, at DESC) WHERE counts;
CREATE INDEX login_successes_by_name ON login_attempts (username_folded, id DESC) WHERE succeeded;
CREATE INDEX login_failures_by_network ON login_attempts (network, at DESC) WHERE counts;
CREATE INDEX login_attempts_by_user ON login_attempts (user_id, at DESC);
CREATE INDEX login_attempts_by_time ON login_attempts (at);

-- Until when a name or a network is locked out; null: it may try. The newest `most` failures inside the
-- window decide, so the lock ends when the oldest of them leaves it. A success clears its own name's
-- failures but not its network's: who has one account must not be able to guess at others for ever.
CREATE FUNCTION login_locked_until(
    for_name text, for_network text, at_time timestamptz, most integer, window_length interval
) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT greatest(
        (SELECT at FROM login_attempts
          WHERE username_folded = for_name AND counts AND at > at_time - window_length
            AND id > coalesce((SELECT max(id) FROM login_attempts
                                WHERE username_folded = for_name AND succeeded), 0)
          ORDER BY at DESC OFFSET most - 1 LIMIT 1),
        (SELECT at FROM login_attempts
          WHERE network = for_network AND counts AND at > at_time - window_length
          ORDER BY at DESC OFFSET most - 1 LIMIT 1)
    ) + window_length
$$;

-- Writes down an outcome and says whether it still counts: guesses that were checked at the same time come
-- through here one after the other, so that no more than `most` of them are ever answered.
CREATE FUNCTION record_login_attempt(
    typed_name text, for_name text, for_user bigint, from_ip text, for_network text, from_agent text,
    was_right boolean, why text, at_time timestamptz, most integer, window_length interval
) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    name_key    bigint := hashtextextended('login-name ' || for_name, 0);
    network_key bigint := hashtextextended('login-network ' || for_network, 0);
    until       timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(least(name_key, network_key));
    PERFORM pg_advisory_xact_lock(greatest(name_key, network_key));
    SELECT login_locked_until(for_name, for_network, at_time, most, window_length) INTO until;
    INSERT INTO login_attempts (username, username_folded, user_id, ip, network, agent, succeeded, reason, at)
    VALUES (typed_name, for_name, for_user, from_ip, for_network, from_agent, was_right AND until IS NULL,
            CASE WHEN until IS NULL THEN why ELSE 'locked_out' END, at_time);
    RETURN until;
END
$$;
