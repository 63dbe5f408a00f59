-- How far the minute after the last whole one has been swept.
ALTER TABLE sweep ADD COLUMN within TEXT;
