-- One call appends a batch of requests. No two requests of a batch touch the same stream, claim or key.
--
-- Mostly nothing is in the way, so everything is simply tried, and the indexes say whether it fits. When it does
-- not, nothing is stored and the caller asks again with append_events_carefully. The head's lock, taken first,
-- keeps all else still meanwhile.
--
-- What events have in common travels once: `event_type` is the place of kind, name and format in the `type_`
-- arrays, `event_request` that of the metadata. `known_` are the streams that are not new, each with the
-- sequence of its newest event as the decision saw it. Arrays of which nothing is needed are null.
CREATE FUNCTION append_events(
    -- Whether others listen.
    announce boolean,
    type_kind text[], type_name text[], type_format text[], request_metadata json[],
    event_request integer[], event_type integer[], event_id text[], event_sequence bigint[], event_payload text[],
    known_request integer[], known_kind text[], known_id text[], known_sequence bigint[],
    claim_request integer[], claim_action text[], claim_scope text[], claim_key text[], claim_owner text[],
    key_request integer[], key_caller text[], key_hashes bytea[], key_request_hash bytea[], key_stream text[],
    -- The position before the batch, and the time of all its events.
    OUT base bigint, OUT at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    added integer := cardinality(event_id);
    matched bigint;
BEGIN
    UPDATE log_head SET position = position + added, recorded_at = greatest(recorded_at, clock_timestamp())
        RETURNING position - added, recorded_at INTO base, at;

    IF known_id IS NOT NULL THEN
        SELECT count(*) INTO matched
          FROM unnest(known_kind, known_id, known_sequence) AS k(kind, id, sequence)
          JOIN events e ON e.aggregate_type = k.kind AND e.aggregate_id = k.id AND e.sequence = k.sequence;
        IF matched < cardinality(known_id) THEN RAISE unique_violation; END IF;
    END IF;

    INSERT INTO events (position, aggregate_type, aggregate_id, sequence,
                        event_type, event_version, payload, metadata, recorded_at)
    SELECT base + n, type_kind[type], id, sequence,
           type_name[type], type_format[type], payload::json, request_metadata[request], at
      FROM unnest(event_request, event_type, event_id, event_sequence, event_payload)
           WITH ORDINALITY AS e(request, type, id, sequence, payload, n);

    IF 'require' = ANY (claim_action) THEN
        SELECT count(*) INTO matched
          FROM unnest(claim_action, claim_scope, claim_key, claim_owner) AS c(action, scope, key, owner)
          JOIN claims h ON h.scope = c.scope AND h.key = c.key AND h.owner = c.owner
         WHERE c.action = 'require';
        IF matched < cardinality(array_positions(claim_action, 'require')) THEN RAISE unique_violation; END IF;
    END IF;
    IF 'release' = ANY (claim_action) THEN
        DELETE FROM claims h
         USING unnest(claim_action, claim_scope, claim_key, claim_owner) AS c(action, scope, key, owner)
         WHERE c.action = 'release' AND h.scope = c.scope AND h.key = c.key AND h.owner = c.owner;
    END IF;
    IF 'take' = ANY (claim_action) THEN
        INSERT INTO claims AS h (scope, key, owner)
        SELECT c.scope, c.key, c.owner
          FROM unnest(claim_action, claim_scope, claim_key, claim_owner) AS c(action, scope, key, owner)
         WHERE c.action = 'take'
            ON CONFLICT (scope, key) DO UPDATE SET owner = h.owner WHERE h.owner = excluded.owner;
        GET DIAGNOSTICS matched = ROW_COUNT;
        IF matched < cardinality(array_positions(claim_action, 'take')) THEN RAISE unique_violation; END IF;
    END IF;
    IF key_request IS NOT NULL THEN
        INSERT INTO idempotency_keys (caller, key_hash, request_hash, aggregate_id, position, recorded_at)
        SELECT k.caller, k.hash, k.request_hash, k.stream, base + added, at
          FROM unnest(key_caller, key_hashes, key_request_hash, key_stream)
               AS k(caller, hash, request_hash, stream);
    END IF;

    IF announce THEN PERFORM pg_notify('tidemark_log', (base + added)::text); END IF;
END $$;

-- The same when something is in the way. Each request stands or falls alone: those that meet a conflict are
-- reported and left out, all others are stored.
CREATE FUNCTION append_events_carefully(
    announce boolean,
    type_kind text[], type_name text[], type_format text[], request_metadata json[],
    event_request integer[], event_type integer[], event_id text[], event_sequence bigint[], event_payload text[],
    known_request integer[], known_kind text[], known_id text[], known_sequence bigint[],
    claim_request integer[], claim_action text[], claim_scope text[], claim_key text[], claim_owner text[],
    key_request integer[], key_caller text[], key_hashes bytea[], key_request_hash bytea[], key_stream text[],
    -- As above, and what was in the way: [{"request", "reason", …}], null when nothing was.
    OUT base bigint, OUT at timestamptz, OUT failures json
) LANGUAGE plpgsql AS $$
DECLARE
    failed integer[];
BEGIN
    SELECT position, greatest(recorded_at, clock_timestamp()) INTO base, at FROM log_head FOR UPDATE;
    SELECT json_agg(f), array_agg(DISTINCT f.request) INTO failures, failed
      FROM append_failures(type_kind, event_request, event_type, event_id, event_sequence,
                           known_request, known_kind, known_id, known_sequence,
                           claim_request, claim_action, claim_scope, claim_key, claim_owner,
                           key_request, key_caller, key_hashes, key_request_hash) f;
    IF failures IS NOT NULL THEN
        SELECT array_agg(request ORDER BY n), array_agg(type ORDER BY n), array_agg(id ORDER BY n),
               array_agg(sequence ORDER BY n), array_agg(payload ORDER BY n)
          INTO event_request, event_type, event_id, event_sequence, event_payload
          FROM unnest(event_request, event_type, event_id, event_sequence, event_payload)
               WITH ORDINALITY AS e(request, type, id, sequence, payload, n)
         WHERE request <> ALL (failed);
        SELECT array_agg(kind), array_agg(id), array_agg(sequence)
          INTO known_kind, known_id, known_sequence
          FROM unnest(known_request, known_kind, known_id, known_sequence) AS k(request, kind, id, sequence)
         WHERE request <> ALL (failed);
        SELECT array_agg(action), array_agg(scope), array_agg(key), array_agg(owner)
          INTO claim_action, claim_scope, claim_key, claim_owner
          FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
               AS c(request, action, scope, key, owner)
         WHERE request <> ALL (failed);
        SELECT array_agg(request), array_agg(caller), array_agg(hash), array_agg(request_hash), array_agg(stream)
          INTO key_request, key_caller, key_hashes, key_request_hash, key_stream
          FROM unnest(key_request, key_caller, key_hashes, key_request_hash, key_stream)
               AS k(request, caller, hash, request_hash, stream)
         WHERE request <> ALL (failed);
    END IF;
    IF event_id IS NOT NULL THEN
        SELECT a.base, a.at INTO base, at
          FROM append_events(announce, type_kind, type_name, type_format, request_metadata,
                             event_request, event_type, event_id, event_sequence, event_payload,
                             known_request, known_kind, known_id, known_sequence,
                             claim_request, claim_action, claim_scope, claim_key, claim_owner,
                             key_request, key_caller, key_hashes, key_request_hash, key_stream) a;
    END IF;
END $$;

-- What is in the way of which request of a batch.
CREATE FUNCTION append_failures(
    type_kind text[], event_request integer[], event_type integer[], event_id text[], event_sequence bigint[],
    known_request integer[], known_kind text[], known_id text[], known_sequence bigint[],
    claim_request integer[], claim_action text[], claim_scope text[], claim_key text[], claim_owner text[],
    key_request integer[], key_caller text[], key_hashes bytea[], key_request_hash bytea[]
) RETURNS TABLE (
    request integer, reason text, scope text, key text, owner text,
    same boolean, aggregate_id text, "position" bigint, news json
) LANGUAGE sql AS $$
    -- A stream moved on, or is not as long as the decision saw it. Whoever is too late on one stream is told
    -- what happened there, so that it can decide again at once.
    WITH stale AS (
        SELECT s.request, s.kind, s.id, min(s.seen) AS seen, count(*) OVER (PARTITION BY s.request) AS streams
          FROM (SELECT e.request, type_kind[e.type] AS kind, e.id, e.sequence - 1 AS seen
                  FROM unnest(event_request, event_type, event_id, event_sequence) AS e(request, type, id, sequence)
                  JOIN events h ON h.aggregate_type = type_kind[e.type] AND h.aggregate_id = e.id
                               AND h.sequence = e.sequence
                 UNION ALL
                SELECT k.request, k.kind, k.id, k.sequence
                  FROM unnest(known_request, known_kind, known_id, known_sequence) AS k(request, kind, id, sequence)
                 WHERE NOT EXISTS (SELECT FROM events h
                                    WHERE h.aggregate_type = k.kind AND h.aggregate_id = k.id
                                      AND h.sequence = k.sequence)) s
         GROUP BY s.request, s.kind, s.id
    )
    SELECT stale.request, 'version', NULL, NULL, NULL, NULL::boolean, NULL, NULL::bigint, (
               SELECT json_agg(news ORDER BY news.sequence)
                 FROM (SELECT n.sequence, n.position, n.event_type, n.event_version, n.payload::text AS payload
                         FROM events n
                        WHERE stale.streams = 1 AND n.aggregate_type = stale.kind AND n.aggregate_id = stale.id
                          AND n.sequence > stale.seen
                        ORDER BY n.sequence LIMIT 20) news)
      FROM stale
    UNION ALL
    -- A claim is another's, unless this very request frees it; or it is not whose it has to be.
    SELECT c.request, CASE c.action WHEN 'take' THEN 'taken' ELSE 'missing' END,
           c.scope, c.key, h.owner, NULL, NULL, NULL, NULL
      FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
           AS c(request, action, scope, key, owner)
      LEFT JOIN claims h ON h.scope = c.scope AND h.key = c.key
     WHERE (c.action = 'take' AND h.owner <> c.owner
            AND NOT EXISTS (SELECT FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
                                   AS r(request, action, scope, key, owner)
                             WHERE r.request = c.request AND r.action = 'release'
                               AND r.scope = c.scope AND r.key = c.key AND r.owner = h.owner))
        OR (c.action = 'require' AND h.owner IS DISTINCT FROM c.owner)
    UNION ALL
    -- It was carried out before.
    SELECT k.request, 'repeated', NULL, NULL, NULL, u.request_hash = k.request_hash, u.aggregate_id, u.position, NULL
      FROM unnest(key_request, key_caller, key_hashes, key_request_hash) AS k(request, caller, hash, request_hash)
      JOIN idempotency_keys u ON u.caller = k.caller AND u.key_hash = k.hash
$$;
