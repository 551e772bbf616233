DROP TABLE quote_uses;
