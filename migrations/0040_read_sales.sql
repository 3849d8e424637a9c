-- What is in force for each product of each day.
CREATE TABLE read.sales_rows (
    date         date NOT NULL,
    product_code text NOT NULL,
    product_name text,
    brand        text,
    category     text,
    pm           text,
    vendor_code  text,
    qty          numeric NOT NULL,
    amount       numeric NOT NULL,
    cost         numeric,
    gross_profit numeric,
    orders       bigint,
    PRIMARY KEY (date, product_code)
);

-- The same, summed up by day and by one column: a month is some thousand rows, however many products there are.
CREATE TABLE read.sales_totals (
    -- all, pm, brand, category
    dimension      text NOT NULL,
    date           date NOT NULL,
    -- Of pm, brand or category; empty: the file does not say.
    name           text NOT NULL,
    products       bigint NOT NULL,
    qty            numeric NOT NULL,
    amount         numeric NOT NULL,
    -- Sums of what is known, and of how many products it is.
    cost           numeric NOT NULL,
    costs          bigint NOT NULL,
    gross_profit   numeric NOT NULL,
    gross_profits  bigint NOT NULL,
    orders         bigint NOT NULL,
    orders_known   bigint NOT NULL,
    PRIMARY KEY (dimension, date, name)
);

-- What each import said of each day.
CREATE TABLE read.sales_batches (
    batch_id      uuid NOT NULL,
    date          date NOT NULL,
    file          text,
    recorded      bigint NOT NULL,
    restated      bigint NOT NULL,
    confirmed     bigint NOT NULL,
    -- Of the products restated: what was in force, and what this import said instead.
    amount_before numeric NOT NULL,
    amount_after  numeric NOT NULL,
    imported_at   timestamptz NOT NULL,
    imported_by   text NOT NULL,
    first_position bigint NOT NULL,
    is_undone     boolean NOT NULL,
    PRIMARY KEY (batch_id, date)
);

CREATE INDEX sales_batches_of_day ON read.sales_batches (date, first_position);
