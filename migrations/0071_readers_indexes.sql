-- Indexes whose comment begins with "readers" serve questions alone: what applies events does not look into them. A
-- rebuild makes them last, over rows that are there, which is many times quicker than keeping them up with each row.
COMMENT ON INDEX read.brands_newest_first IS 'readers';
COMMENT ON INDEX read.products_newest_first IS 'readers';
COMMENT ON INDEX read.campaigns_newest_first IS 'readers';
COMMENT ON INDEX read.campaign_creators_in_order IS 'readers';
COMMENT ON INDEX read.listings_by_code IS 'readers';
COMMENT ON INDEX read.listings_by_price IS 'readers';
COMMENT ON INDEX read.listings_by_change IS 'readers';
COMMENT ON INDEX read.listings_by_percent IS 'readers';
COMMENT ON INDEX read.listings_by_changed_at IS 'readers';
COMMENT ON INDEX read.listings_by_name IS 'readers';
COMMENT ON INDEX read.listings_by_brand IS 'readers';
COMMENT ON INDEX read.listings_by_category IS 'readers';
COMMENT ON INDEX read.listings_delisted IS 'readers';
COMMENT ON INDEX read.listing_search_pairs IS 'readers';

-- Room beside each row for its next version: what is indexed of these rows seldom changes.
ALTER TABLE read.brands SET (fillfactor = 80);
ALTER TABLE read.products SET (fillfactor = 80);
ALTER TABLE read.campaigns SET (fillfactor = 70);
ALTER TABLE read.campaign_creators SET (fillfactor = 70);
