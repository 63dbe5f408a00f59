-- What an open record counts in its owner's pipeline, in hundredths; none where its pool does not look at that.
ALTER TABLE slots ADD COLUMN worth INTEGER;
