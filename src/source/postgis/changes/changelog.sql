CREATE TABLE tuilerie.changelog (
    relation oid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    key text,
    ids bigint[],
    xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
-- Not compressed: that took three quarters of the trigger's time.
ALTER TABLE tuilerie.changelog ALTER COLUMN ids SET STORAGE EXTERNAL;
CREATE INDEX changelog_xid ON tuilerie.changelog (xid);
COMMENT ON TABLE tuilerie.changelog IS
    'What changed: a row a statement, 10,000 keys at the most; without ids, anything may have';
CREATE TABLE tuilerie.state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
    keep interval NOT NULL DEFAULT '7 days',
    pruned xid8 NOT NULL DEFAULT '0',
    pruned_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE tuilerie.state IS
    'keep: for how long changes are kept; epoch: another one says that some were lost; pruned: the last transaction whose changes were removed';
INSERT INTO tuilerie.state DEFAULT VALUES;
