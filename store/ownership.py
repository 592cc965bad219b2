"""Whatever a migration made belongs to the group role tilbake_migrator, whoever signed in to run it (ADR 034)."""

from __future__ import annotations

from typing import Final

import asyncpg

# Giving a table away takes it from everybody else for a moment. All are taken at once or none is waited for, so that no act of
# a running release waits for one of them while it holds another.
_HAND_OVER: Final = """
do $$
declare
    one      text;
    tables   text[];
    all_of_it text[];
    new      oid := 'tilbake_migrator'::regrole;
    given_up timestamptz := clock_timestamp() + interval '10 seconds';
begin
    select array_agg(oid::regclass::text order by oid) filter (where relkind in ('r', 'p')),
           array_agg(case relkind when 'v' then 'view ' when 'S' then 'sequence ' else 'table ' end || oid::regclass)
      into tables, all_of_it
      from pg_class c
     where relnamespace = 'public'::regnamespace and relowner <> new and relkind in ('r', 'p', 'v', 'S')
       -- Sequences of columns go with their tables.
       and not (relkind = 'S' and exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                                             and d.deptype in ('i', 'a') and d.refclassid = 'pg_class'::regclass));
    all_of_it := all_of_it || array(select 'function ' || oid::regprocedure
                                      from pg_proc where pronamespace = 'public'::regnamespace and proowner <> new);
    loop
        begin
            foreach one in array coalesce(tables, '{}') loop
                execute format('lock table %s in access exclusive mode nowait', one);
            end loop;
            exit;
        exception when lock_not_available then
            if clock_timestamp() > given_up then raise; end if;
            perform pg_sleep(0.02 + random() * 0.08);
        end;
    end loop;
    foreach one in array coalesce(all_of_it, '{}') loop
        execute format('alter %s owner to tilbake_migrator', one);
    end loop;
end $$"""


# Postgres lets everybody call a new function, and make temporary tables in a database that was made or restored without a word on it.
_TAKE_FROM_EVERYBODY: Final = """
do $$
declare one text;
begin
    execute format('revoke create, temporary on database %I from public', current_database());
    for one in select oid::regprocedure from pg_proc f
                where pronamespace = 'public'::regnamespace
                  and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) p where p.grantee = 0) loop
        execute format('revoke execute on function %s from public', one);
    end loop;
end $$"""


async def settle(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Give the group what the role of this connection owns in the schema, and take from everybody what nobody was given.

    Within the transaction of the caller. Before there is the group nothing happens; after a restore into another cluster all of it
    does. Raises asyncpg.LockNotAvailableError where others leave no gap for ten seconds.
    """
    if not await connection.fetchval("select exists (select from schema_migration where number >= 26)"):
        return
    if not await connection.fetchval("select pg_has_role(current_user, 'tilbake_migrator', 'usage')"):
        await connection.execute("grant tilbake_migrator to current_user")
    await connection.execute(_TAKE_FROM_EVERYBODY)
    await connection.execute(_HAND_OVER)
