-- Which code is whose is settled in the log, by the claim `vendor-code`. A batch of events may take a code from one
-- vendor and give it to another, and its rows are written in the order of their keys: a unique index would refuse them.
DROP INDEX read.vendors_by_code;
CREATE INDEX vendors_by_code ON read.vendors (code_folded) WHERE is_active;
