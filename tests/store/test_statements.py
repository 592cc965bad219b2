"""Statements: parameters by name, several questions or changes in one, rows with columns by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from store.database import Database, execute, fetch, fetch_one
from store.questions import Question, answers
from store.writes import Write, write
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store

PERSON = "select id, name from person where id = any(:ids) order by id"
ADD = "{name} as (insert into person (id, name) values (:id, 'Somebody') returning 1)"
ALL_TYPES = """
select 1 as number, 'a' as word, true as truth, 2.50 as amount, date '2026-02-03' as day, cast(null as text) as nothing,
       cast('00000000-0000-0000-0000-000000000001' as uuid) as id, array['b', 'c'] as words, array[date '2026-02-04'] as days,
       jsonb '{"d": [1]}' as said, array[jsonb '{"e": 2}', null] as all_said"""


@pytest.fixture
async def opened(database: FreshDatabase) -> AsyncIterator[Database]:
    found = Database(database.app_url, pool_size=2)
    yield found
    await found.close()


async def test_a_parameter_may_stand_in_several_places(opened: Database) -> None:
    async with opened.reading() as connection:
        row = await fetch_one(connection, "select :a || :b as ab, :b || :a as ba, '1:b' as text", a="x", b="y")

    assert row is not None
    assert (row.ab, row.ba, row.text) == ("xy", "yx", "1:b")


async def test_a_row_has_no_other_attributes_than_its_columns(opened: Database) -> None:
    async with opened.reading() as connection:
        row = await fetch_one(connection, "select 1 as one")

    assert row is not None
    with pytest.raises(AttributeError, match="two"):
        _ = row.two


async def test_a_statement_says_how_many_rows_it_touched(opened: Database) -> None:
    async with opened.begin() as connection:
        touched = await execute(
            connection, "update person set name = name where id = any(:ids)", ids=["admin", "nobody"]
        )
        other = await execute(connection, "set local lock_timeout = '1s'")

    assert (touched, other) == (1, 0)


async def test_each_of_several_questions_has_its_own_answer(opened: Database) -> None:
    async with opened.reading() as connection:
        some, none = await answers(connection, Question(PERSON, {"ids": ["admin"]}), Question(PERSON, {"ids": ["bob"]}))

    assert [(row.id, row.name) for row in some] == [("admin", "Administrator")]
    assert list(none) == []


async def test_values_within_an_answer_are_those_of_a_row(opened: Database, database: FreshDatabase) -> None:
    """Also on a connection that has met no row of this kind before."""
    fresh = Database(database.app_url, pool_size=1)
    async with opened.reading() as connection:
        await answers(connection, Question(ALL_TYPES, {}))

    try:
        async with fresh.reading() as connection:
            ((within,),) = await answers(connection, Question(ALL_TYPES, {}))
            (alone,) = await fetch(connection, ALL_TYPES)
    finally:
        await fresh.close()

    assert tuple(within) == tuple(alone)
    assert (within.amount, within.day, within.id) == (Decimal("2.50"), date(2026, 2, 3), UUID(int=1))
    assert (within.words, within.said, within.all_said) == (["b", "c"], {"d": [1]}, [{"e": 2}, None])


async def test_a_question_may_hold_what_it_finds(opened: Database) -> None:
    holding = Question(PERSON + " for update", {"ids": ["admin"]})
    async with opened.begin() as first, opened.begin() as second:
        await answers(first, holding)
        free = await fetch(second, "select id from person for update skip locked")

    assert list(free) == []


async def test_several_changes_are_made_at_once(opened: Database) -> None:
    async with opened.begin() as connection:
        await write(
            connection,
            Write("first", ADD.format(name="added_bob"), {"id": "bob"}, {"added_bob": 1}),
            Write("second", ADD.format(name="added_mia"), {"id": "mia"}, {"added_mia": 1}),
        )
        found = await fetch(connection, PERSON, ids=["bob", "mia"])

    assert [row.id for row in found] == ["bob", "mia"]


async def test_a_change_of_fewer_rows_than_were_held_is_no_change(opened: Database) -> None:
    nobody = Write(
        "name", "named as (update person set name = 'X' where id = :id returning 1)", {"id": "bob"}, {"named": 1}
    )
    with pytest.raises(AssertionError, match="changed by others"):
        async with opened.begin() as connection:
            await write(connection, Write("first", ADD.format(name="added_mia"), {"id": "mia"}), nobody)

    async with opened.reading() as connection:
        assert list(await fetch(connection, PERSON, ids=["mia"])) == []
