CREATE TABLE read.products (
    id                   uuid PRIMARY KEY,
    brand                uuid NOT NULL,
    -- A product of a deleted brand is gone too, by no event of its own.
    brand_is_active      boolean NOT NULL,
    name                 text NOT NULL,
    description          text,
    image_url            text,
    pid                  text,
    commission_rate      numeric NOT NULL,
    open_collab          numeric NOT NULL,
    available_samples    bigint NOT NULL,
    sales_price_min      numeric,
    sales_price_max      numeric,
    stock                bigint NOT NULL,
    items_sold           bigint NOT NULL,
    product_rating       numeric NOT NULL,
    reviews_count        bigint NOT NULL,
    tiktok_shop          boolean NOT NULL,
    dataset_id           text NOT NULL,
    external_id          text,
    -- A client's own figure; null: derived from the campaigns that link it.
    collab_creators_sent bigint,
    is_active            boolean NOT NULL,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    created_position     bigint NOT NULL,
    own_position         bigint NOT NULL
);

CREATE INDEX products_newest_first ON read.products (created_position DESC) WHERE is_active AND brand_is_active;
CREATE INDEX products_of_brand ON read.products (brand, created_position DESC);
