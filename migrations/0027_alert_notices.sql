-- Fired alerts that people are to be told of, one row an alert and channel. A row is written with the checkpoint of
-- what was judged; then it is decided which message it goes with; then the message is asked for.
CREATE TABLE public.alert_notices (
    alert_id       uuid NOT NULL,
    channel        text NOT NULL,
    rule_id        uuid NOT NULL,
    listing_id     bigint NOT NULL,
    rule_name      text NOT NULL,
    -- What the listing is called, what happened to it in a line, and the whole message where it goes alone.
    called         text NOT NULL,
    said           text NOT NULL,
    message        text NOT NULL,
    -- The larger, the sooner it is named where many go together.
    weight         numeric NOT NULL,
    -- The alert's event, and the request that all began with.
    position       bigint NOT NULL,
    correlation_id text NOT NULL,
    held_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The message that it goes with, since when that is settled, whether others go with it too, and whether it was
    -- asked for.
    notification   uuid,
    told_at        timestamptz,
    is_together    boolean NOT NULL DEFAULT false,
    is_asked       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (alert_id, channel)
);
CREATE INDEX alert_notices_held ON public.alert_notices (rule_id, channel) WHERE notification IS NULL;
CREATE INDEX alert_notices_unasked ON public.alert_notices (notification) WHERE NOT is_asked;
CREATE INDEX alert_notices_of_message ON public.alert_notices (notification);
CREATE INDEX alert_notices_lately ON public.alert_notices (rule_id, channel, told_at);
