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
    new      oid := to_regrole('tilbake_migrator');
    given_up timestamptz := clock_timestamp() + interval '10 seconds';
begin
    if new is null then return; end if;
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


async def hand_over(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Give the group what the role of this connection owns in the schema; before the group exists, nothing happens.

    Within the transaction of the caller. Raises asyncpg.LockNotAvailableError where others leave no gap for ten seconds.
    """
    if await connection.fetchval("select exists (select from schema_migration where number >= 26)"):
        await connection.execute(_HAND_OVER)
