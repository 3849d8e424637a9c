-- A user who was removed is told apart from one who may not come in for now: only the former's name is free.
ALTER TABLE read.users ADD COLUMN is_removed boolean NOT NULL DEFAULT false;
DROP INDEX read.users_by_name;
CREATE INDEX users_by_name ON read.users (username_folded) WHERE NOT is_removed;

-- Whoever stops being an administrator relies on another one's claim. Those who were made before hold theirs too.
INSERT INTO claims (scope, key, owner)
SELECT 'admin', aggregate_id, aggregate_id FROM events
 WHERE aggregate_type = 'user' AND event_type = 'UserRegistered'
   AND payload -> 'UserRegistered' ->> 'role' = 'admin'
ON CONFLICT DO NOTHING;

-- Names are compared in their compatibility form.
UPDATE claims c SET key = lower(normalize(c.key, NFKC))
 WHERE c.scope = 'username' AND c.key <> lower(normalize(c.key, NFKC))
   AND NOT EXISTS (SELECT FROM claims o WHERE o.scope = 'username' AND o.key = lower(normalize(c.key, NFKC)));

-- What a session is called where it is listed: its hash stays among ourselves.
ALTER TABLE sessions ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
