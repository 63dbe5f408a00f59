-- Whether a message is being handled, rather than waiting for its next try.
ALTER TABLE messages ADD COLUMN handled INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET handled = 1 WHERE receives > 0;

-- Whether the process ended each time a message was handled.
ALTER TABLE dead ADD COLUMN ended_process INTEGER NOT NULL DEFAULT 0;
