-- The log. Positions are 1..n without gaps, in commit order: the row lock on log_head orders all appends.

-- Neither key nor checks: each append changes the row, and would read a check's expression again each time.
CREATE TABLE log_head (
    -- Names this history. A restore that could lose events starts a new one, so that old cursors are refused.
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    position bigint NOT NULL DEFAULT 0,
    -- Of the newest event. Times never go backwards along the log, whatever the server's clock does.
    recorded_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);

INSERT INTO log_head DEFAULT VALUES;

CREATE FUNCTION refuse_second_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log has one head' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER the_log_has_one_head BEFORE INSERT OR DELETE OR TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_second_head();

-- For inserts past append_events: both are defaults of a row's columns, taken in the order of the columns.
CREATE FUNCTION take_position() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    UPDATE log_head SET position = position + 1, recorded_at = greatest(recorded_at, clock_timestamp())
        RETURNING position
$$;
CREATE FUNCTION take_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT recorded_at FROM log_head $$;

-- A superset of the table that postgres-es keeps; its repository reads and writes here unchanged.
CREATE TABLE events (
    position bigint PRIMARY KEY DEFAULT take_position(),
    -- Compared byte by byte: no language's order is wanted, and the index is what an append costs most.
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    event_type text NOT NULL,
    event_version text NOT NULL,
    payload json NOT NULL,
    metadata json NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT take_time(),
    -- The most telling part first: an insert compares less.
    UNIQUE (aggregate_id, aggregate_type, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are immutable' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What must be unique among all streams. Changed only by append_events, under the head's lock.
CREATE TABLE claims (
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    owner text NOT NULL,
    PRIMARY KEY (scope, key)
);

-- Requests already carried out (contract R8). The key itself is never stored, only its hash.
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    aggregate_id text,
    position bigint,
    -- The answer, sealed with a key made from the client's own; empty between the append and the answer.
    answer bytea,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (caller, key_hash)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (recorded_at);

-- The newest folded state of long streams; ignored when state_version is not the program's.
CREATE TABLE snapshots (
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    state_version integer NOT NULL,
    sequence bigint NOT NULL,
    position bigint NOT NULL,
    state json NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (aggregate_type, aggregate_id)
);
