-- How far the log was judged by the alert rules: whoever judges moves it after what it kept.
CREATE TABLE public.alert_checkpoint (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position    bigint NOT NULL DEFAULT 0
);
-- There are no rules yet: what has happened so far concerns none.
INSERT INTO public.alert_checkpoint (position) SELECT position FROM public.log_head;

-- What is remembered of a listing under one version of a rule, between two sightings.
CREATE TABLE public.alert_watches (
    rule_id     uuid NOT NULL,
    listing_id  bigint NOT NULL,
    version     bigint NOT NULL,
    -- Whether a mere confirmation may lead to a verdict.
    is_waiting  boolean NOT NULL,
    watch       jsonb NOT NULL,
    PRIMARY KEY (rule_id, listing_id)
);
CREATE INDEX alert_watches_waiting ON public.alert_watches (rule_id) WHERE is_waiting;
