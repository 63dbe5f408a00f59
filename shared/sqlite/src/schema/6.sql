-- Which life of the store this is: each opening begins one. `open` until it has ended in order.
CREATE TABLE life (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, open INTEGER NOT NULL) STRICT;
-- There only while the file is a copy from which nothing may leave yet.
CREATE TABLE restored (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT;
