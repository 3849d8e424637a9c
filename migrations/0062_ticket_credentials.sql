-- A ticket is as good as what its bearer asked for it with. Those of before were good for ten minutes.
DELETE FROM socket_tickets;
ALTER TABLE socket_tickets
    ADD COLUMN token_id uuid,
    ADD COLUMN session_hash bytea CHECK (octet_length(session_hash) = 32),
    ADD CHECK (num_nonnulls(token_id, session_hash) = 1);
