-- A checked constraint needs no undoing.
SELECT 1;
