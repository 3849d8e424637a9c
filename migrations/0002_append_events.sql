-- One call appends a batch of requests. Each request stands or falls alone: those that meet a conflict are
-- reported and skipped, all others are stored. No two requests of a batch touch the same stream, claim or key.
-- Rows returned: first (0, NULL, NULL, position before the batch, time), then one per failed request.
CREATE FUNCTION append_events(
    stream_request integer[], stream_kind text[], stream_id text[], stream_expected bigint[],
    event_request integer[], event_kind text[], event_id text[], event_sequence bigint[],
    event_name text[], event_format text[], event_payload text[], event_metadata text[],
    claim_request integer[], claim_action text[], claim_scope text[], claim_key text[], claim_owner text[],
    key_request integer[], key_caller text[], key_hashes bytea[], key_request_hash bytea[], key_stream text[]
) RETURNS TABLE (request integer, reason text, detail text, base bigint, at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    head bigint;
    added bigint;
    moment timestamptz;
    failed integer[] := '{}';
    failures jsonb := '[]';
    found_failures jsonb;
BEGIN
    SELECT log_head.position INTO head FROM log_head FOR UPDATE;
    moment := clock_timestamp();

    -- Whoever is too late on one stream is told what happened there, so that it can decide again at once.
    WITH stale AS (
        SELECT s.request, s.kind, s.id, s.expected, count(*) OVER (PARTITION BY s.request) AS streams
          FROM unnest(stream_request, stream_kind, stream_id, stream_expected) AS s(request, kind, id, expected)
         WHERE s.expected <> coalesce((SELECT e.sequence FROM events e
                                        WHERE e.aggregate_type = s.kind AND e.aggregate_id = s.id
                                        ORDER BY e.sequence DESC LIMIT 1), 0)
    )
    SELECT jsonb_agg(jsonb_build_object('request', stale.request, 'reason', 'version', 'detail', (
               SELECT jsonb_agg(to_jsonb(news) ORDER BY news.sequence)
                 FROM (SELECT n.sequence, n.position, n.event_type, n.event_version, n.payload::text AS payload
                         FROM events n
                        WHERE stale.streams = 1 AND n.aggregate_type = stale.kind AND n.aggregate_id = stale.id
                          AND n.sequence > stale.expected
                        ORDER BY n.sequence LIMIT 20) news)::text))
      INTO found_failures
      FROM stale;
    IF found_failures IS NOT NULL THEN failures := failures || found_failures; END IF;

    IF cardinality(claim_request) > 0 THEN
        SELECT jsonb_agg(jsonb_build_object('request', c.request,
                   'reason', CASE c.action WHEN 'take' THEN 'taken' ELSE 'missing' END,
                   'detail', jsonb_build_object('scope', c.scope, 'key', c.key, 'owner', h.owner)::text))
          INTO found_failures
          FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
               AS c(request, action, scope, key, owner)
          LEFT JOIN claims h ON h.scope = c.scope AND h.key = c.key
         WHERE (c.action = 'take' AND h.owner <> c.owner
                AND NOT EXISTS (SELECT FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
                                       AS r(request, action, scope, key, owner)
                                 WHERE r.request = c.request AND r.action = 'release'
                                   AND r.scope = c.scope AND r.key = c.key AND r.owner = h.owner))
            OR (c.action = 'require' AND h.owner IS DISTINCT FROM c.owner);
        IF found_failures IS NOT NULL THEN failures := failures || found_failures; END IF;
    END IF;

    IF cardinality(key_request) > 0 THEN
        SELECT jsonb_agg(jsonb_build_object('request', k.request, 'reason', 'repeated',
                   'detail', jsonb_build_object('same', u.request_hash = k.request_hash,
                                                'aggregate_id', u.aggregate_id, 'position', u.position)::text))
          INTO found_failures
          FROM unnest(key_request, key_caller, key_hashes, key_request_hash)
               AS k(request, caller, hash, request_hash)
          JOIN idempotency_keys u ON u.caller = k.caller AND u.key_hash = k.hash;
        IF found_failures IS NOT NULL THEN failures := failures || found_failures; END IF;
    END IF;

    IF failures = '[]' THEN
        INSERT INTO events (position, aggregate_type, aggregate_id, sequence,
                            event_type, event_version, payload, metadata, recorded_at)
        SELECT head + n, kind, id, sequence, name, format, payload::json, metadata::json, moment
          FROM unnest(event_kind, event_id, event_sequence, event_name, event_format, event_payload, event_metadata)
               WITH ORDINALITY AS e(kind, id, sequence, name, format, payload, metadata, n);
    ELSE
        SELECT array_agg(DISTINCT (f->>'request')::integer) INTO failed FROM jsonb_array_elements(failures) f;
        INSERT INTO events (position, aggregate_type, aggregate_id, sequence,
                            event_type, event_version, payload, metadata, recorded_at)
        SELECT head + row_number() OVER (ORDER BY n), kind, id, sequence, name, format,
               payload::json, metadata::json, moment
          FROM unnest(event_request, event_kind, event_id, event_sequence, event_name, event_format,
                      event_payload, event_metadata)
               WITH ORDINALITY AS e(request, kind, id, sequence, name, format, payload, metadata, n)
         WHERE e.request <> ALL (failed);
    END IF;
    GET DIAGNOSTICS added = ROW_COUNT;

    IF cardinality(claim_request) > 0 THEN
        DELETE FROM claims h
         USING unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
               AS c(request, action, scope, key, owner)
         WHERE c.action = 'release' AND c.request <> ALL (failed)
           AND h.scope = c.scope AND h.key = c.key AND h.owner = c.owner;
        INSERT INTO claims (scope, key, owner)
        SELECT c.scope, c.key, c.owner
          FROM unnest(claim_request, claim_action, claim_scope, claim_key, claim_owner)
               AS c(request, action, scope, key, owner)
         WHERE c.action = 'take' AND c.request <> ALL (failed)
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(key_request) > 0 THEN
        INSERT INTO idempotency_keys (caller, key_hash, request_hash, aggregate_id, position, recorded_at)
        SELECT k.caller, k.hash, k.request_hash, k.stream, head + added, moment
          FROM unnest(key_request, key_caller, key_hashes, key_request_hash, key_stream)
               AS k(request, caller, hash, request_hash, stream)
         WHERE k.request <> ALL (failed);
    END IF;

    IF added > 0 THEN
        UPDATE log_head SET position = head + added;
        PERFORM pg_notify('tidemark_log', (head + added)::text);
    END IF;

    RETURN QUERY SELECT 0, NULL::text, NULL::text, head, moment;
    RETURN QUERY SELECT (f->>'request')::integer, f->>'reason', f->>'detail', NULL::bigint, NULL::timestamptz
                   FROM jsonb_array_elements(failures) f;
END $$;
