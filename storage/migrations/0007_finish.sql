-- What an installer confirmed before the work was done, and what not, by the codes of company.toml; and what the visit
-- itself costs in fen, as the homeowner was told when the request was filed. NULL: nothing was told.
ALTER TABLE requests ADD COLUMN checked JSONB NOT NULL DEFAULT '[]';
ALTER TABLE requests ADD COLUMN unchecked JSONB NOT NULL DEFAULT '[]';
ALTER TABLE requests ADD COLUMN visit_fee_fen BIGINT;
