CREATE TABLE entries (
    record TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, caused_by TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_seq ON entries (record, seq);

CREATE TABLE timers (
    minute INTEGER NOT NULL, due INTEGER NOT NULL, timer TEXT NOT NULL, generation INTEGER NOT NULL,
    record TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (minute, due, timer, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep (id INTEGER PRIMARY KEY CHECK (id = 1), minute INTEGER NOT NULL) STRICT;

CREATE TABLE tasks (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, ended INTEGER NOT NULL, assigned_to TEXT, record TEXT NOT NULL,
    at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_all ON tasks (ended, at, id);
CREATE INDEX tasks_of_person ON tasks (assigned_to, ended, at, id);
CREATE INDEX tasks_of_record ON tasks (record, ended, at, id);

CREATE TABLE executions (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, workflow TEXT NOT NULL,
    at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX executions_all ON executions (state, at, id);
CREATE INDEX executions_of_workflow ON executions (workflow, state, at, id);

CREATE TABLE pools (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) STRICT;

CREATE TABLE members (person TEXT PRIMARY KEY, off TEXT NOT NULL) STRICT;

CREATE TABLE effects (id TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX effects_all ON effects (at, id);
CREATE INDEX effects_held ON effects (at, id) WHERE state = 'held';

CREATE TABLE playbooks (manifest TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE active (id INTEGER PRIMARY KEY CHECK (id = 1), manifest TEXT NOT NULL) STRICT;
CREATE TABLE paused (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT;
CREATE TABLE activations (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;

CREATE TABLE dead_letters (id TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX dead_letters_all ON dead_letters (at, id);

-- What waits on a queue or is being handled. A queue that lines up has groups and deduplication ids.
CREATE TABLE messages (
    n INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, visible_at INTEGER NOT NULL, receives INTEGER NOT NULL,
    id TEXT NOT NULL, lane TEXT, dedup TEXT, body TEXT NOT NULL
) STRICT;
CREATE INDEX messages_due ON messages (queue, visible_at) WHERE lane IS NULL;
CREATE INDEX messages_lane ON messages (queue, lane, n) WHERE lane IS NOT NULL;
CREATE UNIQUE INDEX messages_dedup ON messages (dedup) WHERE dedup IS NOT NULL;
-- What was delivered in the last minutes from a queue that lines up.
CREATE TABLE delivered (dedup TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX delivered_at ON delivered (at);
-- What failed for good and waits to be kept as a dead letter.
CREATE TABLE dead (n INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX dead_queue ON dead (queue, n);

CREATE TABLE api_keys (hash TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
