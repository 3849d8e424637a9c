CREATE TABLE read.campaigns (
    id                    uuid PRIMARY KEY,
    brand                 uuid NOT NULL,
    -- A campaign of a deleted brand is gone too, by no event of its own.
    brand_is_active       boolean NOT NULL,
    name                  text NOT NULL,
    description           text,
    image_url             text,
    service               text,
    creator_type          text,
    creator_level         text,
    creator_category      text,
    gmv                   text,
    followers             text,
    views                 text,
    budget                text,
    start_date            timestamptz,
    end_date              timestamptz,
    dataset_id            text NOT NULL,
    external_id           text,
    video_link            text,
    status                text NOT NULL,
    gmv_achieved          text,
    views_achieved        text,
    -- What can be read as a number in the two above. Without a precision: nothing from outside overflows.
    gmv_achieved_number   numeric,
    views_achieved_number numeric,
    creators_count        bigint NOT NULL,
    -- A client's own figure; null: creators_count.
    creators_count_sent   bigint,
    is_active             boolean NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    created_position      bigint NOT NULL,
    own_position          bigint NOT NULL,
    -- Newest event that changed the answer, also of a linked product. Not indexed: it moves often.
    version               bigint NOT NULL
);

CREATE INDEX campaigns_newest_first ON read.campaigns (created_position DESC) WHERE is_active AND brand_is_active;
CREATE INDEX campaigns_of_brand ON read.campaigns (brand, created_position DESC);

-- Every product that a campaign ever linked.
CREATE TABLE read.campaign_products (
    campaign_id   uuid NOT NULL,
    product_id    uuid NOT NULL,
    -- The event that linked or unlinked it last: links are shown in this order.
    position      bigint NOT NULL,
    linked        boolean NOT NULL,
    -- Where the product is now. A link is shown while it is in the campaign's own brand.
    product_brand uuid NOT NULL,
    PRIMARY KEY (campaign_id, product_id)
);

CREATE INDEX campaign_products_of_product ON read.campaign_products (product_id);

CREATE TABLE read.campaign_creators (
    campaign_id     uuid NOT NULL,
    creator_id      text NOT NULL,
    -- The how-manieth to join, from 0.
    ordinal         bigint NOT NULL,
    name            text,
    category        text,
    followers       bigint NOT NULL,
    gmv_generated   numeric NOT NULL,
    views_generated numeric NOT NULL,
    pricing         numeric NOT NULL,
    status          text NOT NULL,
    product_id      uuid,
    PRIMARY KEY (campaign_id, creator_id)
);

CREATE INDEX campaign_creators_in_order ON read.campaign_creators (campaign_id, ordinal);
