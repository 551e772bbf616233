-- The database and its two roles: `payments_owner` changes the schema (`payments migrate`), `payments` only reads and
-- writes rows (`payments serve`). Run it once with psql as a superuser, with the passwords in the environment:
--   PAYMENTS_OWNER_PASSWORD=… PAYMENTS_DATABASE_PASSWORD=… psql --set=ON_ERROR_STOP=1 --file=roles.sql
\getenv owner_password PAYMENTS_OWNER_PASSWORD
\getenv service_password PAYMENTS_DATABASE_PASSWORD

CREATE ROLE payments_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE payments LOGIN PASSWORD :'service_password';
CREATE DATABASE payments OWNER payments_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE payments FROM PUBLIC;
GRANT CONNECT ON DATABASE payments TO payments;

\connect payments
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO payments_owner;
GRANT USAGE ON SCHEMA public TO payments;
-- Also for every table that a later migration creates. The audit log is append-only: its migration revokes UPDATE and
-- DELETE on it from every role except the owner.
ALTER DEFAULT PRIVILEGES FOR ROLE payments_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO payments;
ALTER DEFAULT PRIVILEGES FOR ROLE payments_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO payments;
ALTER ROLE payments SET statement_timeout = '10s';
ALTER ROLE payments SET idle_in_transaction_session_timeout = '30s';
-- Customers' data is in statement parameters: keep those out of the server's log, even when it logs slow statements.
ALTER ROLE payments SET log_parameter_max_length = 0;
ALTER ROLE payments SET log_parameter_max_length_on_error = 0;
