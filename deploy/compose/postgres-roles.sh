#!/bin/sh
# Roles and databases of an empty cluster: run once by the image of Postgres. Passwords are read by psql itself, from files.
set -eu
export SECRETS="${SECRETS:-/run/secrets}"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner_password `cat "$SECRETS/owner_password"`
\set application_password `cat "$SECRETS/application_password"`
\set temporal_password `cat "$SECRETS/temporal_password"`

-- The owner runs migrations and nothing else; CREATEROLE is for the groups that the first of them makes.
create role tilbake_owner login createrole nosuperuser password :'owner_password';
create role tilbake_app login nosuperuser password :'application_password';
create database tilbake owner tilbake_owner template template0;
revoke all on database tilbake from public;
grant connect on database tilbake to tilbake_app;

create role temporal login nosuperuser password :'temporal_password';
create database temporal owner temporal template template0;
create database temporal_visibility owner temporal template template0;
revoke all on database temporal from public;
revoke all on database temporal_visibility from public;
SQL
