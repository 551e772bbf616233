-- Tokens that were deleted at their gateway while an intent was open that may have got the same token: it must not be
-- saved with that intent any more. The rows go when the intent is closed.
CREATE TABLE dead_tokens (
    intent TEXT NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    token TEXT NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    PRIMARY KEY (intent, token)
);
