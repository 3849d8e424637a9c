-- Each new leader of the projections takes the next term. What writes read tables beside the live loop holds on
-- to the term it began in, so that a job of a leader that was replaced changes nothing any more.
CREATE TABLE projector_term (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    term bigint NOT NULL DEFAULT 0
);
INSERT INTO projector_term DEFAULT VALUES;

-- Grows when rows change without an event: after a rebuild, or when a parked stream goes on. Answers that were
-- remembered before are forgotten then.
ALTER TABLE checkpoints ADD COLUMN generation bigint NOT NULL DEFAULT 0;
