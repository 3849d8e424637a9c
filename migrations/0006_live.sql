-- Tickets that let a browser open a campaign's socket; stored hashed.
CREATE TABLE socket_tickets (
    ticket_hash bytea PRIMARY KEY,
    campaign_id uuid NOT NULL,
    user_id bigint NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX socket_tickets_by_expiry ON socket_tickets (expires_at);

-- What is polled: a campaign, or one product of it. The nil product stands for the whole campaign.
CREATE TABLE polling_tasks (
    campaign_id uuid NOT NULL,
    product_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    stopped boolean NOT NULL DEFAULT false,
    -- Whoever moves this forward polls: one node of the cluster an interval.
    next_due timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_poll timestamptz,
    failures integer NOT NULL DEFAULT 0,
    last_error text,
    PRIMARY KEY (campaign_id, product_id)
);

-- Which node has sockets for a task, and until when that counts should the node vanish.
CREATE TABLE polling_watchers (
    campaign_id uuid NOT NULL,
    product_id uuid NOT NULL,
    node uuid NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, product_id, node)
);
