-- The bytes that imports read; not events: they are cleaned away when nobody needs them any more.
CREATE TABLE public.import_files (
    digest     text PRIMARY KEY,
    bytes      bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE public.import_files ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Everything wrong with the rows of an import, for its error sheet; the events name the first hundred.
CREATE TABLE public.import_faults (
    job     uuid NOT NULL,
    -- 0: the file as a whole.
    row     bigint NOT NULL,
    field   text NOT NULL,
    code    text NOT NULL,
    message text NOT NULL,
    value   text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job, row, field, code)
);

CREATE TABLE read.imports (
    id           uuid PRIMARY KEY,
    job_type     text NOT NULL,
    source       text NOT NULL,
    file_name    text NOT NULL,
    file_id      text,
    file_digest    text,
    revision     text,
    dry_run      boolean NOT NULL,
    rejects      boolean NOT NULL,
    state        text NOT NULL,
    progress     bigint NOT NULL,
    total        bigint NOT NULL,
    imported     bigint NOT NULL,
    failed       bigint NOT NULL,
    -- JSON: the first things wrong, and what undoing kept.
    faults       text NOT NULL,
    kept         text NOT NULL,
    reversed     bigint NOT NULL,
    note         text,
    duplicate_of uuid,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    -- The event that began it: lists are ordered by this.
    created_position bigint NOT NULL,
    own_position bigint NOT NULL
);

CREATE INDEX imports_newest_first ON read.imports (created_position DESC);
CREATE INDEX imports_of_file ON read.imports (file_digest, job_type);
CREATE INDEX imports_of_drive_file ON read.imports (file_id, job_type) WHERE file_id IS NOT NULL;
