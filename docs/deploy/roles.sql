-- Run once, as the superuser, when the database `quality` is made: who owns it, and who may read and write what the owner
-- makes, and no more. The passwords come from the environment.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE quality_owner LOGIN PASSWORD :'owner_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE quality_app LOGIN PASSWORD :'app_password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER DATABASE quality OWNER TO quality_owner;
REVOKE ALL ON DATABASE quality FROM PUBLIC;
GRANT CONNECT ON DATABASE quality TO quality_app;
ALTER SCHEMA public OWNER TO quality_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO quality_app;
ALTER DEFAULT PRIVILEGES FOR ROLE quality_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO quality_app;
ALTER DEFAULT PRIVILEGES FOR ROLE quality_owner IN SCHEMA public
  GRANT SELECT, USAGE ON SEQUENCES TO quality_app;
