-- What an open record counts in its owner's pipeline, in hundredths; none where its pool does not look at that.
ALTER TABLE slots ADD COLUMN worth INTEGER;

-- Records by what they may be found by: a name or a phone number, hashed.
CREATE TABLE matches (
    key TEXT NOT NULL, record TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, record)
) STRICT, WITHOUT ROWID;
