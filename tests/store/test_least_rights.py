"""In production nobody works as a role of Postgres that may do more than the application needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.rights import excess
from tests.databases import FreshDatabase, login_for
from tilbake.errors import CannotStart
from tilbake.process.least_rights import require_least_rights
from tilbake.settings import Settings

pytestmark = pytest.mark.store


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter role {} superuser", "it is a superuser"),
        ("alter role {} createrole", "it may make roles"),
        ("grant tilbake_migrator to {}", "it owns tables"),
        ("grant pg_read_server_files to {}", "it is a member of a predefined role"),
        ("grant create on schema public to {}", "it may make tables"),
        ("grant delete on actual to {}", "it may change rows of the ledger"),
    ],
)
async def test_a_role_that_may_do_too_much_is_told(shared: FreshDatabase, change: str, told: str) -> None:
    async with login_for(shared, more="in role tilbake_application") as (name, url, admin):
        before = await excess(url)
        await admin.execute(change.format(name))

        assert before is None
        assert (await excess(url) or "").startswith(told)


async def test_production_works_as_nobody_who_may_do_too_much(shared: FreshDatabase) -> None:
    production = Settings(mode="production", database_url=shared.owner_url)

    with pytest.raises(CannotStart, match="it may make roles or databases"):
        await require_least_rights(production)

    await require_least_rights(replace(production, mode="development"))
    await require_least_rights(replace(production, database_url=shared.app_url))
    await require_least_rights(replace(production, database_url="postgresql://a:b@127.0.0.1:1/nothing"))
