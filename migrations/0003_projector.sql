-- Where each projection is. Rows of read tables and their checkpoint change in one transaction.
CREATE TABLE checkpoints (
    projection text PRIMARY KEY,
    version integer NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);

-- Streams that a projection could not follow: it waits at this event while everything else goes on.
CREATE TABLE parked_streams (
    projection text NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    position bigint NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, aggregate_type, aggregate_id)
);

-- Rebuilds, verifications and retries of parked streams, asked for on any node and carried out by the leader.
CREATE TABLE projection_jobs (
    id uuid PRIMARY KEY,
    projection text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('rebuild', 'verify', 'retry')),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    position bigint NOT NULL DEFAULT 0,
    target bigint NOT NULL DEFAULT 0,
    cancel_requested boolean NOT NULL DEFAULT false,
    error text,
    result jsonb,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz
);
CREATE UNIQUE INDEX projection_jobs_one_at_a_time ON projection_jobs (projection, kind)
    WHERE state IN ('queued', 'running');
CREATE INDEX projection_jobs_newest ON projection_jobs (projection, kind, asked_at DESC);
