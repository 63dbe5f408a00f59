-- A pool's members in pages, whose open records count against their capacity, and who waits.
CREATE TABLE pool_pages (
    pool TEXT NOT NULL, page INTEGER NOT NULL, members TEXT NOT NULL, PRIMARY KEY (pool, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE slots (
    pool TEXT NOT NULL, record TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (pool, record)
) STRICT, WITHOUT ROWID;

-- Requests that found nobody, oldest first.
CREATE TABLE pool_line (
    pool TEXT NOT NULL, since INTEGER NOT NULL, request TEXT NOT NULL, place TEXT NOT NULL,
    PRIMARY KEY (pool, since, request)
) STRICT, WITHOUT ROWID;
