-- compatible since 20261122100000
-- Migrations that programs without them can live with: those that know the migration `since`.
CREATE TABLE schema_compatibility (
    version TEXT PRIMARY KEY NOT NULL,
    since TEXT NOT NULL
);
