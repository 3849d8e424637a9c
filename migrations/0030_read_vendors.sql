CREATE SEQUENCE public.vendor_numbers;
CREATE SEQUENCE public.vendor_email_numbers;
CREATE SEQUENCE public.stockout_numbers;

CREATE TABLE read.vendors (
    number       bigint PRIMARY KEY,
    vendor_code  text NOT NULL,
    -- As codes are compared: upper case.
    code_folded  text NOT NULL,
    vendor_name  text NOT NULL,
    contact      text,
    phone        text,
    pm           text,
    note         text,
    is_active    boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    own_position bigint NOT NULL
);

CREATE UNIQUE INDEX vendors_by_code ON read.vendors (code_folded) WHERE is_active;

CREATE TABLE read.vendor_emails (
    number    bigint PRIMARY KEY,
    vendor    bigint NOT NULL,
    email     text NOT NULL,
    kind      text NOT NULL,
    name      text,
    -- Not removed; of a deleted vendor they stay.
    is_active boolean NOT NULL
);

CREATE INDEX vendor_emails_of_vendor ON read.vendor_emails (vendor, number) WHERE is_active;
