"""The roles of Postgres, each trying what it must not do (ADR 034)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import asyncpg
import pytest

from store.audit import audit
from store.migrate import migrate
from store.rights import excess
from tests.databases import FreshDatabase, login_for
from tests.store.rights_decided import FUNCTIONS, TABLES
from tilbake import cli

pytestmark = pytest.mark.store

LEDGER: Final = (
    "actual",
    "capacity_entry",
    "history",
    "item_application",
    "item_entry",
    "policy_version",
    "value_entry",
)
"""Tables whose rows are proof; what may change of a row is named by column in rights_decided."""
REFUSED: Final = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.RestrictViolationError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
_RIGHTS: Final = """
with granted as (
    select c.relname, p.grantee, lower(p.privilege_type) as right
      from pg_class c, aclexplode(c.relacl) p where p.grantee <> c.relowner
    union all
    select c.relname, p.grantee, lower(p.privilege_type) || '(' || string_agg(a.attname, ' ' order by a.attname collate "C") || ')'
      from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) p group by c.relname, p.grantee, p.privilege_type)
select c.relname::text as name, g.name as role,
       coalesce((select string_agg(r.right, ', ' order by r.right) from granted r
                  where r.relname = c.relname and r.grantee = g.oid), '') as rights
  from pg_class c
 cross join (values (to_regrole('tilbake_application')::oid, 'application'), (to_regrole('tilbake_auditor')::oid, 'auditor'),
                    (0::oid, 'everybody')) g (oid, name)
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')"""
_FUNCTIONS: Final = """
select f.oid::regprocedure::text as name, f.prosecdef as as_owner, f.proowner::regrole::text as owner,
       f.prosqlbody is not null or coalesce(f.proconfig @> array['search_path=pg_catalog, public, pg_temp'], false) as fixed,
       array(select coalesce(nullif(p.grantee, 0)::regrole::text, 'everybody') from aclexplode(f.proacl) p
              where p.grantee <> f.proowner) as may_call
  from pg_proc f where f.pronamespace = 'public'::regnamespace"""


@dataclass(frozen=True, slots=True)
class Logins:
    """A database with a login for each role."""

    database: FreshDatabase
    auditor_url: str

    def url(self, role: str) -> str:
        return self.auditor_url if role == "auditor" else self.database.app_url


@pytest.fixture
async def logins(shared: FreshDatabase) -> AsyncIterator[Logins]:
    name, password = f"test_auditor_{secrets.token_hex(4)}", secrets.token_hex(8)
    admin = await asyncpg.connect(shared.admin_url)
    await admin.execute(f"create role {name} login password '{password}' in role tilbake_auditor")
    await admin.execute(f"alter role {name} set default_transaction_read_only = on")
    await admin.execute(f'grant connect on database "{shared.name}" to {name}')
    host = shared.admin_url.rpartition("@")[2]
    yield Logins(shared, f"postgresql://{name}:{password}@{host}")
    await admin.execute(f'revoke connect on database "{shared.name}" from {name}')
    await admin.execute(f"drop role {name}")
    await admin.close()


async def may_not(url: str, *tries: str) -> list[str]:
    """Which of the statements were done after all; each is tried without the defaults of the login."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set default_transaction_read_only = off")
        return [sql for sql in tries if await _is_done(connection, sql)]
    finally:
        await connection.close()


async def _is_done(connection: asyncpg.Connection[asyncpg.Record], sql: str) -> bool:
    """Whether a statement is let through; what it did is taken back where that can be."""
    trial = connection.transaction()
    if not sql.startswith(("alter system", "create database")):
        await trial.start()
    try:
        await connection.execute(sql)
    except REFUSED:
        return False
    else:
        return True
    finally:
        if connection.is_in_transaction():
            await trial.rollback()


async def test_every_table_has_the_rights_that_were_decided_and_everybody_has_none(shared: FreshDatabase) -> None:
    connection = await asyncpg.connect(shared.owner_url)
    rows = await connection.fetch(_RIGHTS)
    await connection.close()

    found = {(row["name"], row["role"]): row["rights"] for row in rows}
    assert {name for name, _ in found} == set(TABLES), (
        "decide in rights_decided.py what the roles may do with a new table"
    )
    assert {name: (found[name, "application"], found[name, "auditor"]) for name in TABLES} == TABLES
    assert {found[name, "everybody"] for name in TABLES} == {""}


async def test_every_function_looks_where_its_author_looked_and_is_called_by_whom_it_is_for(
    shared: FreshDatabase,
) -> None:
    connection = await asyncpg.connect(shared.owner_url)
    rows = await connection.fetch(_FUNCTIONS)
    await connection.close()

    assert [row["name"] for row in rows if not row["fixed"]] == []
    assert [row["name"] for row in rows if row["as_owner"]] == []
    assert {row["name"]: ", ".join(row["may_call"]) for row in rows if row["may_call"]} == FUNCTIONS


async def test_everything_belongs_to_the_migrator_and_nobody_signs_in_as_it(shared: FreshDatabase) -> None:
    connection = await asyncpg.connect(shared.owner_url)
    owners = await connection.fetch(
        """select distinct relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace
           union select proowner::regrole::text from pg_proc where pronamespace = 'public'::regnamespace"""
    )
    groups = await connection.fetch(
        """select rolname, rolcanlogin or rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as more
             from pg_roles where rolname in ('tilbake_migrator', 'tilbake_application', 'tilbake_auditor') order by 1"""
    )
    public = await connection.fetchval(
        """select array_agg(p.privilege_type order by 1) from pg_namespace n, aclexplode(n.nspacl) p
            where n.nspname = 'public' and p.grantee = 0"""
    )
    await connection.close()

    assert [row[0] for row in owners] == ["tilbake_migrator"]
    assert [(row["rolname"], row["more"]) for row in groups] == [
        ("tilbake_application", False),
        ("tilbake_auditor", False),
        ("tilbake_migrator", False),
    ]
    assert public == ["USAGE"]


@pytest.mark.parametrize("role", ["application", "auditor"])
async def test_neither_changes_the_schema_or_becomes_somebody_else(logins: Logins, role: str) -> None:
    of_tables = [
        sql.format(name)
        for name in TABLES
        for sql in (
            "truncate {}",
            "alter table {} add column more text",
            "alter table {} disable trigger all",
            "drop table {} cascade",
            "create trigger t before insert on {} for each row execute function refuse_removal()",
            "create policy p on {} using (true)",
        )
        if name not in {"actual_link", "project_decider", "recall_figure_now"}
    ]
    done = await may_not(
        logins.url(role),
        *of_tables,
        "create table mine (id integer)",
        "create temporary table actual (id integer)",
        "create schema mine",
        "create function mine() returns integer language sql as 'select 1'",
        "create function pg_temp.mine() returns integer language sql as 'select 1'",
        "create or replace function refuse_ledger_change() returns trigger language plpgsql as 'begin return null; end'",
        "alter function refuse_ledger_change() reset search_path",
        "drop function event_turn()",
        "create extension dblink",
        "create language mine handler plpgsql_call_handler",
        "create role mine",
        "create database mine",
        "alter role current_user createrole",
        "set role tilbake_migrator",
        "set role tilbake_owner",
        "set role postgres",
        "set session authorization postgres",
        "grant tilbake_migrator to current_user",
        "set session_replication_role = replica",
        "alter system set fsync = off",
        "select pg_reload_conf()",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
        "create publication p for all tables",
        "create event trigger e on ddl_command_start execute function refuse_ledger_change()",
        "alter default privileges grant all on tables to public",
        "comment on table actual is 'mine'",
    )

    # Everybody may change the defaults of what they make themselves, and they make nothing.
    assert done in ([], ["alter default privileges grant all on tables to public"])


@pytest.mark.parametrize("role", ["application", "auditor"])
async def test_neither_reaches_the_machine_behind_the_database(logins: Logins, role: str) -> None:
    done = await may_not(
        logins.url(role),
        "copy person (id) to program 'cat'",
        "copy person (id) from program 'echo x'",
        "copy person (id) to '/tmp/people'",
        "copy person (id) from '/etc/passwd'",
        "select pg_read_file('postgresql.conf')",
        "select pg_read_binary_file('PG_VERSION')",
        "select pg_ls_dir('.')",
        "select pg_stat_file('PG_VERSION')",
        "select lo_import('/etc/passwd')",
        "select lo_export(1, '/tmp/out')",
        "select rolpassword from pg_authid",
        "select pg_current_logfile()",
        "load 'auto_explain'",
    )

    assert done == []


async def test_the_application_adds_to_the_ledger_and_changes_nothing_that_is_written(logins: Logins) -> None:
    connection = await asyncpg.connect(logins.database.owner_url)
    columns = await connection.fetch(
        """select c.relname::text as name, a.attname::text as column from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and c.relname = any($1)""",
        [*LEDGER, "decision", "decision_line"],
    )
    await connection.close()
    frozen = [
        row
        for row in columns
        if row["column"] not in TABLES[row["name"]][0].partition("update(")[2].rstrip(")").split()
    ]
    done = await may_not(
        logins.database.app_url,
        *(f"update {row['name']} set {row['column']} = default where false" for row in frozen),
        *(
            f"delete from {name} where false"
            for name in (*LEDGER, "decision", "decision_line", "recall_request", "entry")
        ),
        "insert into schema_migration values (9999, 'later', 'x')",
        "update event_count set base = 1",
        "lock table actual in access exclusive mode",
    )

    assert len(frozen) > 100
    assert done == []
    assert await excess(logins.database.app_url) is None


async def test_a_table_of_the_same_name_does_not_stand_in_for_ours(logins: Logins) -> None:
    """Where a database lets everybody make temporary tables, as Postgres does by itself, the guards still look at ours."""
    admin = await asyncpg.connect(logins.database.admin_url)
    await admin.execute(f'grant temporary on database "{logins.database.name}" to public')
    await admin.close()
    connection = await asyncpg.connect(logins.database.app_url)
    await connection.execute(
        """create temporary table project as select gen_random_uuid() as id;
           create temporary table event_count as select 1000000000 as base;"""
    )
    turn = await connection.fetchval("select public.event_turn() < 1000000000")
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="refers by project_id to what is not there"):
        await connection.execute(
            """insert into public.actual (project_id, type, class, billing_type, quantity, price, amount, amount_method, tax,
                   extended_amount, currency, exchange_rate, exchange_rate_date, base_amount, percent, basis_quantity, basis_amount,
                   document_date, start_date, end_date, accounting_date, generation, posting_kind, posting_id, adjustment_status,
                   billing_status)
               select id, 'cost', 'time', 'chargeable', 1, 1, 1, 'multiply', 0, 1, 'NOK', 1, current_date, 1, 100, 1, 1,
                      current_date, current_date, current_date, current_date, 1, 'approval', id, 'none', 'unbilled'
                 from pg_temp.project"""
        )
    await connection.close()
    admin = await asyncpg.connect(logins.database.admin_url)
    await admin.execute(f'revoke temporary on database "{logins.database.name}" from public')
    await admin.close()

    assert turn


async def test_the_auditor_reads_what_an_audit_needs_writes_nothing_and_sees_no_secret(
    logins: Logins, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(logins.auditor_url)
    done = await may_not(
        logins.auditor_url,
        *(f"insert into {name} default values" for name in TABLES),
        *(f"delete from {name}" for name in TABLES),
        "select secrets from channel",
        "select * from channel",
        "select secrets from subscription",
        "select url from subscription",
        "select * from idempotency",
        "select body from delivery",
        "select email from person",
        "update unit set name = name",
        "select event_turn()",
        "select nextval('recall_number')",
        "select id from actual for update",
        "select pg_notify('tilbake_settled', 'x')",
    )

    assert [one for one in done if "pg_notify" not in one] == []
    assert await audit(logins.auditor_url) == []
    monkeypatch.setenv("TILBAKE_AUDITOR_DATABASE_URL", logins.auditor_url)
    monkeypatch.delenv("TILBAKE_DATABASE_URL", raising=False)
    assert await asyncio.to_thread(cli.main, ["doctor", "--audit"]) == 0
    assert capsys.readouterr().out == "0 findings\n"


async def begun(url: str) -> None:
    """By itself the login of an auditor begins transactions that read only."""
    connection = await asyncpg.connect(url)
    said = await connection.fetchval("show transaction_read_only")
    await connection.close()
    assert said == "on"


async def test_a_migration_lets_the_auditor_in_whom_the_settings_name(shared: FreshDatabase) -> None:
    async with login_for(shared) as (name, url, _):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await audit(url)
        await migrate(shared.owner_url, auditor_role=name)

        assert await audit(url) == []
