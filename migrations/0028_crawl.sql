-- Crawl runs: one at a time in the whole cluster. What they saw is in the log; this is how far they are.
CREATE TABLE crawl_runs (
    id uuid PRIMARY KEY,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    total bigint NOT NULL DEFAULT 0,
    checked bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    gone bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    last_error text,
    -- Who carries it out, until when unless they say so again, and how many have begun to.
    node uuid,
    lease_until timestamptz,
    attempts integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX crawl_runs_one_at_a_time ON crawl_runs ((true)) WHERE finished_at IS NULL;
CREATE INDEX crawl_runs_newest ON crawl_runs (asked_at DESC);

-- The pages of a run; those without an outcome are still to be visited.
CREATE TABLE crawl_run_pages (
    run uuid NOT NULL REFERENCES crawl_runs ON DELETE CASCADE,
    listing bigint NOT NULL,
    outcome text CHECK (outcome IN ('confirmed', 'changed', 'gone', 'failed')),
    error text,
    PRIMARY KEY (run, listing)
);
CREATE INDEX crawl_run_pages_waiting ON crawl_run_pages (run, listing) WHERE outcome IS NULL;

-- What is remembered of a page between two visits.
CREATE TABLE crawl_pages (
    listing bigint PRIMARY KEY,
    -- Address and way of reading that the rest belongs to.
    asked text NOT NULL,
    etag text,
    last_modified text,
    price numeric,
    currency text,
    stock_status text,
    source text,
    checked_at timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    last_error text
);
