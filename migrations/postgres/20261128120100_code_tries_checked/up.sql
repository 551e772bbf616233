-- In a transaction of its own: nobody who reads or writes the table waits for it.
ALTER TABLE code_tries
    VALIDATE CONSTRAINT code_tries_code,
    VALIDATE CONSTRAINT code_tries_replay,
    VALIDATE CONSTRAINT code_tries_intent,
    VALIDATE CONSTRAINT code_tries_used;
