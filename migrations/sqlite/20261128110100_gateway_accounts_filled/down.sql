-- Filled columns need no undoing.
SELECT 1;
