-- compatible since 20261122100000
-- Changes of the catalog that wait for the approval of a second person, and those that were decided.
CREATE TABLE proposals (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    principal TEXT NOT NULL CHECK (length(principal) BETWEEN 1 AND 100),
    request_id TEXT,
    created_at TIMESTAMP NOT NULL,
    -- An import document, the keys of its objects and of those to delete, and the entity tag of each before the change, as JSON.
    document TEXT NOT NULL,
    writes TEXT NOT NULL,
    deletions TEXT NOT NULL,
    tags TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected')),
    decided_by TEXT,
    decided_at TIMESTAMP,
    CHECK ((state = 'open') = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);

CREATE INDEX proposals_created_at ON proposals (created_at, pk);
