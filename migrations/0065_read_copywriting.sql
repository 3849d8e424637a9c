-- Requests to models are known to clients by integers (contract R4).
CREATE SEQUENCE generation_numbers AS bigint;

-- One row a request, also of those that failed and those that were taken out of the history: figures count them all.
CREATE TABLE read.generations (
    number           bigint PRIMARY KEY,
    user_id          bigint NOT NULL,
    -- copy or search.
    kind             text NOT NULL,
    -- The product's name, or the question.
    subject          text NOT NULL,
    style            text,
    -- A JSON list.
    keywords         text NOT NULL,
    template_version bigint NOT NULL,
    provider         text NOT NULL,
    model            text NOT NULL,
    -- Null when it failed.
    content          text,
    -- Why it failed.
    failure          text,
    duration_ms      bigint NOT NULL,
    input_tokens     bigint NOT NULL,
    output_tokens    bigint NOT NULL,
    -- In US dollars; null when no price was known.
    cost             numeric,
    is_favorite      boolean NOT NULL,
    is_active        boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    own_position     bigint NOT NULL
);
CREATE INDEX generations_by_user ON read.generations (user_id, number DESC) WHERE is_active;
CREATE INDEX generations_by_time ON read.generations (created_at);

-- The newest snapshot of what is talked about, by source and category.
CREATE TABLE read.trending (
    id           text PRIMARY KEY,
    source       text NOT NULL,
    category     text NOT NULL,
    -- A JSON list.
    items        text NOT NULL,
    fetched_at   timestamptz NOT NULL,
    own_position bigint NOT NULL
);
