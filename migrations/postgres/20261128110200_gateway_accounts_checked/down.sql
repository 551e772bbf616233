DROP INDEX token_deletions_queued;
