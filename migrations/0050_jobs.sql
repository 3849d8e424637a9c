-- Durable work on the outside: mails, messages, files, crawls. Plain tables and not events: what a job came to is told
-- by an event of the slice that asked for it.

CREATE TABLE jobs (
    id             uuid        PRIMARY KEY,
    kind           text        NOT NULL,
    -- Unique in its kind: who promised it and for which event, so that a promise made twice is one job.
    key            text        NOT NULL,
    payload        jsonb       NOT NULL,
    state          text        NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'ending', 'done', 'failed', 'unknown', 'cancelled')),
    attempts       integer     NOT NULL DEFAULT 0,
    run_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Whose turn it is: only who knows the attempt may write, only until the lease ends unless it is renewed.
    attempt_id     uuid,
    node_id        uuid,
    lease_until    timestamptz,
    -- Something outside may have happened by now: a crash from here on leaves open whether it did.
    effect_begun   boolean     NOT NULL DEFAULT false,
    -- What the next attempt goes on from.
    progress       jsonb,
    -- How it ended, before that was reported to the slice.
    ending         text        CHECK (ending IN ('done', 'failed', 'unknown')),
    result         jsonb,
    error          text,
    correlation_id text        NOT NULL,
    -- The position of the event that caused it.
    causation      bigint,
    queued_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at     timestamptz,
    finished_at    timestamptz,
    UNIQUE (kind, key)
);
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE state IN ('queued', 'ending');
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Where each reaction is in the log. It moves in the transaction that enqueues what the reaction promised.
CREATE TABLE reaction_checkpoints (
    reaction   text        PRIMARY KEY,
    position   bigint      NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);
