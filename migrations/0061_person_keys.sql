-- What tells who somebody is, is encrypted in their events with a key of their own. Destroying the key makes it
-- unreadable for good, although the events stay as they are.
CREATE TABLE person_keys (
    kind text NOT NULL,
    id   text NOT NULL,
    -- Null: destroyed. Without a row: only events of before there were keys.
    key  bytea CHECK (octet_length(key) = 32),
    PRIMARY KEY (kind, id)
);

-- A person holds the claim `person` until they are erased. Its release destroys their key in the very transaction that
-- stores that they were: one is never there without the other. What is written down of them in plain words, their
-- folded state and their knocks at the door, goes with it.
CREATE FUNCTION destroy_person_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_keys (kind, id, key) VALUES ('user', OLD.key, NULL)
        ON CONFLICT ON CONSTRAINT person_keys_pkey DO UPDATE SET key = NULL;
    DELETE FROM snapshots WHERE aggregate_type = 'user' AND aggregate_id = OLD.key;
    UPDATE login_attempts SET username = 'erased', username_folded = 'erased', ip = 'erased', network = 'erased',
                              agent = NULL
     WHERE user_id = OLD.key::bigint;
    RETURN NULL;
END
$$;
CREATE TRIGGER an_erased_person_has_no_key AFTER DELETE ON claims
    FOR EACH ROW WHEN (OLD.scope = 'person') EXECUTE FUNCTION destroy_person_key();

-- A key that was destroyed is never replaced by another one.
CREATE FUNCTION refuse_new_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a destroyed key stays destroyed' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER a_destroyed_key_stays_so BEFORE UPDATE ON person_keys
    FOR EACH ROW WHEN (OLD.key IS NULL AND NEW.key IS NOT NULL) EXECUTE FUNCTION refuse_new_key();
CREATE TRIGGER a_destroyed_key_is_remembered BEFORE DELETE ON person_keys
    FOR EACH ROW WHEN (OLD.key IS NULL) EXECUTE FUNCTION refuse_new_key();

-- Those of before: whoever was erased already has no key, all others can still be erased.
INSERT INTO person_keys (kind, id, key)
SELECT aggregate_type, aggregate_id, NULL FROM events
 WHERE aggregate_type = 'user' AND event_type = 'UserErased';
INSERT INTO claims (scope, key, owner)
SELECT 'person', aggregate_id, aggregate_id FROM events
 WHERE aggregate_type = 'user' AND event_type = 'UserRegistered'
   AND aggregate_id NOT IN (SELECT id FROM person_keys);

-- Names in plain words that stood beside the log.
DELETE FROM snapshots WHERE aggregate_type = 'user';
UPDATE crawl_runs SET asked_by = 'user' WHERE asked_by NOT LIKE 'system:%';
