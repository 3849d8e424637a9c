-- Numbers of listings, allotted when a command is handled and kept in its event.
CREATE SEQUENCE public.listing_numbers;

CREATE TABLE read.listings (
    number          bigint PRIMARY KEY,
    product_id      text,
    name            text,
    brand           text,
    category        text,
    url             text,
    image_url       text,
    -- JSON as it was sent.
    extract         text,
    interval_s      bigint,
    currency        text,
    linked_product  uuid,
    price           numeric,
    previous_price  numeric,
    price_change    numeric,
    change_percent  numeric,
    stock_status    text NOT NULL,
    status          text NOT NULL,
    delisted_at     timestamptz,
    -- Since when price and stock state are as they are.
    changed_at      timestamptz,
    -- The newest point of its timeline.
    point_at        timestamptz,
    -- The newest observation that has an event of its own; listing_checks knows of the others.
    seen_at         timestamptz,
    first_seen      timestamptz NOT NULL,
    is_active       boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    own_position    bigint NOT NULL,
    own_sequence    bigint NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX listings_by_code ON read.listings (product_id);
CREATE INDEX listings_by_price ON read.listings (price, number) WHERE is_active;
CREATE INDEX listings_by_change ON read.listings (price_change, number) WHERE is_active;
CREATE INDEX listings_by_percent ON read.listings (change_percent, number) WHERE is_active;
CREATE INDEX listings_by_changed_at ON read.listings (changed_at, number) WHERE is_active;
CREATE INDEX listings_by_name ON read.listings (name, number) WHERE is_active;
CREATE INDEX listings_by_brand ON read.listings (brand, number) WHERE is_active;
CREATE INDEX listings_by_category ON read.listings (category, number) WHERE is_active;
CREATE INDEX listings_delisted ON read.listings (number) WHERE is_active AND status = 'delisted';

-- When each was last seen as it was known already: narrow rows without another index, for these change most.
CREATE TABLE read.listing_checks (
    number          bigint PRIMARY KEY,
    checked_at      timestamptz NOT NULL
) WITH (fillfactor = 50);

-- How often in a row a page was found gone; no row: not even once since it was last seen.
CREATE TABLE read.listing_gone (
    number          bigint PRIMARY KEY,
    answers         bigint NOT NULL,
    at              timestamptz NOT NULL
);

-- How many there are of each, so that nobody counts a million rows. No row says 0.
CREATE TABLE read.listing_counts (
    category        text NOT NULL,
    status          text NOT NULL,
    listings        bigint NOT NULL,
    PRIMARY KEY (category, status)
);

-- What can be searched: name, brand and code in one form for all spellings, and each pair of neighbouring
-- letters, since words of two characters are what people look for here, and three make a trigram.
CREATE TABLE read.listing_search (
    number          bigint PRIMARY KEY,
    words           text NOT NULL,
    pairs           text[] NOT NULL
);
CREATE INDEX listing_search_pairs ON read.listing_search USING gin (pairs);

-- From when on which price was in force.
CREATE TABLE read.listing_prices (
    number          bigint NOT NULL,
    at              timestamptz NOT NULL,
    price           numeric,
    stock_status    text NOT NULL,
    -- When what was before was last seen: between that and `at` nobody looked.
    before_seen_at  timestamptz,
    PRIMARY KEY (number, at)
);

-- The pages of the book of observations.
CREATE TABLE read.observation_pages (
    position        bigint PRIMARY KEY,
    run             uuid,
    source          text NOT NULL,
    -- The first and the last look in it.
    began           timestamptz NOT NULL,
    ended           timestamptz NOT NULL,
    confirmed       bigint NOT NULL,
    changed         bigint NOT NULL,
    gone            bigint NOT NULL,
    failed          bigint NOT NULL
);
CREATE INDEX observation_pages_by_time ON read.observation_pages (ended);
CREATE INDEX observation_pages_by_run ON read.observation_pages (run) WHERE run IS NOT NULL;
