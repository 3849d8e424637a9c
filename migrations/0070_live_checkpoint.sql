-- How far the live loop is with all the projections that it keeps in step: one row to move with each batch, instead
-- of one a projection. A projection's own row in checkpoints counts where it is further, or where the live loop does
-- not know it, such as one of a newer build.
CREATE TABLE live_checkpoint (
    position bigint NOT NULL DEFAULT 0,
    projections text[] NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10);
INSERT INTO live_checkpoint DEFAULT VALUES;

-- Where each projection is.
CREATE VIEW projected AS
SELECT c.projection, c.version, c.generation,
       CASE WHEN c.projection = ANY (l.projections) THEN greatest(c.position, l.position) ELSE c.position END
           AS position
  FROM checkpoints c, live_checkpoint l;
