CREATE TABLE read.stockout_batches (
    id           uuid PRIMARY KEY,
    file_name    text NOT NULL,
    file_digest    text NOT NULL,
    sheet        text NOT NULL,
    total        bigint NOT NULL,
    imported     bigint NOT NULL,
    skipped      bigint NOT NULL,
    job          uuid,
    is_undone    boolean NOT NULL,
    -- Rows that undoing it took back.
    reversed     bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    own_position bigint NOT NULL
);

CREATE INDEX stockout_batches_of_file ON read.stockout_batches (file_digest, own_position DESC);

CREATE TABLE read.stockouts (
    number         bigint PRIMARY KEY,
    batch          uuid NOT NULL,
    -- The sheet's own number.
    sheet_row      bigint NOT NULL,
    vendor_code    text NOT NULL,
    code_folded    text NOT NULL,
    vendor_name    text,
    product_code   text NOT NULL,
    product_name   text,
    spec           text,
    qty            bigint,
    order_no       text,
    stockout_date  date,
    expected_date  date,
    note           text,
    status         text NOT NULL,
    -- The newest mail it was in, and how that ended.
    mail           uuid,
    was_mailed     boolean NOT NULL,
    mailed_at      timestamptz,
    error          text,
    -- Taken back with its batch.
    is_reversed    boolean NOT NULL,
    imported_at    timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    batch_position bigint NOT NULL,
    own_position   bigint NOT NULL
);

CREATE INDEX stockouts_newest_first ON read.stockouts (batch_position DESC, sheet_row) WHERE NOT is_reversed;
CREATE INDEX stockouts_of_batch ON read.stockouts (batch, sheet_row) WHERE NOT is_reversed;
CREATE INDEX stockouts_of_vendor ON read.stockouts (code_folded, batch_position DESC) WHERE NOT is_reversed;
CREATE INDEX stockouts_by_status ON read.stockouts (status, batch_position DESC) WHERE NOT is_reversed;
