-- Records by what they may be found by: a name or a phone number, hashed.
CREATE TABLE matches (
    key TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;
