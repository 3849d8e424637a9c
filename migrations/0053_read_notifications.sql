CREATE TABLE read.notifications (
    id               uuid PRIMARY KEY,
    channel          text NOT NULL,
    -- Separated by ", "; empty: the chats or addresses of the settings.
    recipients       text NOT NULL,
    subject          text,
    message          text NOT NULL,
    because          text NOT NULL,
    status           text NOT NULL,
    reason           text,
    receipt          text,
    requested_by     text NOT NULL,
    requested_at     timestamptz NOT NULL,
    settled_at       timestamptz,
    created_position bigint NOT NULL,
    own_position     bigint NOT NULL
);
CREATE INDEX notifications_newest_first ON read.notifications (created_position DESC);
CREATE INDEX notifications_by_status ON read.notifications (status, created_position DESC);

-- Chats that somebody heard of; those that are off get nothing.
CREATE TABLE read.chats (
    chat         text PRIMARY KEY,
    switched_off text,
    own_position bigint NOT NULL
);

CREATE TABLE read.price_digests (
    own_position bigint PRIMARY KEY,
    upto         bigint NOT NULL,
    changes      bigint NOT NULL,
    sent_at      timestamptz NOT NULL
);

CREATE TABLE read.templates (
    code         text PRIMARY KEY,
    version      bigint NOT NULL,
    subject      text NOT NULL,
    body         text NOT NULL,
    enabled      boolean NOT NULL,
    updated_by   text NOT NULL,
    updated_at   timestamptz NOT NULL,
    own_position bigint NOT NULL
);
