CREATE TABLE read.alert_rules (
    id               uuid PRIMARY KEY,
    version          bigint NOT NULL,
    -- What the rule says, as JSON: read and written as a whole.
    settings         text NOT NULL,
    is_active        boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    created_position bigint NOT NULL,
    own_position     bigint NOT NULL
);

-- Conditions that held, fired or suppressed.
CREATE TABLE read.alerts (
    id              uuid PRIMARY KEY,
    rule_id         uuid NOT NULL,
    rule_name       text NOT NULL,
    listing_id      bigint NOT NULL,
    product_id      text,
    at              timestamptz NOT NULL,
    condition       text NOT NULL,
    price           numeric,
    previous_price  numeric,
    suppressed      text,
    notified        boolean NOT NULL,
    -- The event that tells all of it.
    position        bigint NOT NULL
);

CREATE INDEX alerts_newest_first ON read.alerts (at DESC, position DESC);
CREATE INDEX alerts_of_rule ON read.alerts (rule_id, at DESC);
CREATE INDEX alerts_of_listing ON read.alerts (listing_id, at DESC);
