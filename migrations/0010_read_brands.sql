-- What GETs read lives in its own schema; only the projector writes here, and every table can be dropped
-- and rebuilt from the log.
CREATE SCHEMA IF NOT EXISTS read;

CREATE TABLE read.brands (
    id                        uuid PRIMARY KEY,
    name                      text NOT NULL,
    description               text,
    logo_url                  text,
    category                  text,
    source                    text,
    campaign_id               text,
    shop_overall_rating       numeric NOT NULL,
    -- A client's own figure; null: derived from the campaigns.
    collab_count_sent         bigint,
    creators_count_sent       bigint,
    total_gmv_achieved_sent   numeric,
    total_views_achieved_sent numeric,
    is_active                 boolean NOT NULL,
    created_at                timestamptz NOT NULL,
    updated_at                timestamptz NOT NULL,
    created_position          bigint NOT NULL,
    own_position              bigint NOT NULL,
    -- Newest event that changed the answer, also of its products and campaigns. Not indexed: it moves often.
    version                   bigint NOT NULL
);

CREATE INDEX brands_newest_first ON read.brands (created_position DESC) WHERE is_active;
