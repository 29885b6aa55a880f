//! The queries on the system catalogue. `{typmod_srid}` stands for PostGIS's function, in the schema
//! that PostGIS is installed in.

/// The schema of PostGIS; no row where it is not installed.
pub(super) const POSTGIS_SCHEMA: &str = "
SELECT n.nspname::text
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis'";

/// $1: the schema of PostGIS. Partitions are read through their parent; what belongs to an
/// extension is no data. Tables that the role may not read are listed too, to be able to say so.
pub(super) const TABLES: &str = "
WITH RECURSIVE spatial (oid) AS (
    SELECT t.oid
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = $1::text AND t.typname IN ('geometry', 'geography')
  UNION
    SELECT d.oid
    FROM pg_catalog.pg_type d
    JOIN spatial s ON s.oid = d.typbasetype
    WHERE d.typtype = 'd'
)
SELECT c.oid, c.relkind AS kind, n.nspname::text AS schema, c.relname::text AS name,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       CASE c.relkind
           WHEN 'p' THEN (
               SELECT coalesce(sum(greatest(leaf.reltuples, 0)), 0)::float8
               FROM pg_catalog.pg_partition_tree(c.oid) part
               JOIN pg_catalog.pg_class leaf ON leaf.oid = part.relid
               WHERE part.isleaf)
           ELSE c.reltuples::float8
       END AS rows
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'tuilerie')
  AND EXISTS (
      SELECT FROM pg_catalog.pg_attribute a
      JOIN spatial s ON s.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname";

/// $1: tables, $2: the schema of PostGIS. Domains are followed to their base types; the typmod is
/// the first that one of them states.
pub(super) const COLUMNS: &str = "
WITH RECURSIVE resolved (attrelid, attnum, type, typmod) AS (
    SELECT a.attrelid, a.attnum, a.atttypid, a.atttypmod
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
    SELECT r.attrelid, r.attnum, t.typbasetype,
           CASE WHEN r.typmod < 0 THEN t.typtypmod ELSE r.typmod END
    FROM resolved r
    JOIN pg_catalog.pg_type t ON t.oid = r.type
    WHERE t.typtype = 'd'
)
SELECT a.attrelid AS table, a.attname::text AS name,
       tn.nspname::text AS type_schema, t.typname::text AS type,
       t.typtype AS type_kind, t.typcategory AS type_category,
       CASE WHEN tn.nspname = $2::text AND t.typname IN ('geometry', 'geography')
            THEN {typmod_srid}(r.typmod) END AS srid,
       coalesce(pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
            AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'), false) AS readable
FROM resolved r
JOIN pg_catalog.pg_type t ON t.oid = r.type AND t.typtype <> 'd'
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.attrelid AND a.attnum = r.attnum
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
ORDER BY a.attrelid, a.attnum";

/// $1: types, $2: their typmods, $3: the schema of PostGIS. One row each, in their order.
pub(super) const TYPES: &str = "
SELECT tn.nspname::text AS type_schema, t.typname::text AS type,
       t.typtype AS type_kind, t.typcategory AS type_category,
       CASE WHEN tn.nspname = $3::text AND t.typname IN ('geometry', 'geography')
            THEN {typmod_srid}(wanted.typmod) END AS srid
FROM unnest($1::oid[], $2::int4[]) WITH ORDINALITY AS wanted (type, typmod, position)
JOIN pg_catalog.pg_type t ON t.oid = wanted.type
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
ORDER BY wanted.position";

/// $1: tables. The primary key where it is one integer; where there is none, the first unique
/// index on one integer that is never null.
pub(super) const KEYS: &str = "
SELECT DISTINCT ON (i.indrelid) i.indrelid AS table, a.attname::text AS name
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = ANY ($1)
  AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
  AND i.indpred IS NULL AND i.indexprs IS NULL
  AND a.attnotnull
  AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
  AND (i.indisprimary OR NOT EXISTS (
      SELECT FROM pg_catalog.pg_index p WHERE p.indrelid = i.indrelid AND p.indisprimary))
ORDER BY i.indrelid, i.indisprimary DESC, a.attnum";
