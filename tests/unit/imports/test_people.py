"""Ids of people are made from names, and the Employee Id decides when two share one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reserved import reads_like_the_service
from imports.people import Person, assign_ids, make_slug

NAMES = st.text(max_size=6) | st.sampled_from(["Åse", "Ase", "Ødegård", "admin", "ad", "min", "山田"])
PEOPLE = st.lists(st.builds(Person, NAMES, NAMES, st.sampled_from(["", "0042", "0107", "ø"])), max_size=12)


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("Åse", "Ødegård", "ase.odegard"),
        ("Bjørn", "Mæland", "bjorn.maeland"),
        ("Kåre Magnus", "Sjøberg-Lie", "kare-magnus.sjoberg-lie"),
        ("Oskar", "O'Neill", "oskar.oneill"),
        ("Sunniva", "", "sunniva"),
        ("", "Straße", "strasse"),
        ("Zoë", "Łuczak", "zoe.luczak"),
        ("山田", "太郎", "person-ed6d53c9"),
    ],
)
def test_an_id_is_the_name_in_plain_letters(first: str, last: str, wanted: str) -> None:
    assert make_slug(first, last) == wanted


def test_the_employee_id_decides_between_two_people_of_one_name() -> None:
    people = [Person("Åse", "Ødegård", "0042"), Person("Åse", "Ødegård", "0107"), Person("Åse", "Ødegård")]

    assert [*assign_ids(people).values()] == ["ase.odegard", "ase.odegard-0042", "ase.odegard-0107"]


def test_two_names_that_look_alike_in_plain_letters_are_numbered() -> None:
    found = assign_ids([Person("Åse", "Ødegård"), Person("Ase", "Odegard")])

    assert found == {Person("Ase", "Odegard"): "ase.odegard", Person("Åse", "Ødegård"): "ase.odegard-2"}


@pytest.mark.parametrize("name", ["Admin", "Clock", "Operator", "System"])
def test_nobody_becomes_the_service_by_being_called_so(name: str) -> None:
    assert assign_ids([Person(name, "")]) == {Person(name, ""): f"{name.lower()}-2"}


def test_who_was_called_so_before_keeps_the_id() -> None:
    assert assign_ids([Person("Clock", "")], known={Person("Clock", ""): "clock"}) == {Person("Clock", ""): "clock"}


@pytest.mark.parametrize(
    ("known", "person", "wanted"),
    [
        (Person("Åse", "Ø", "0042"), Person("Åse", "Ø", "0042"), "kept"),
        (Person("Åse", "Ø", "0042"), Person("Åse", "Ø"), "kept"),
        (Person("Åse", "Ø"), Person("Åse", "Ø", "0042"), "kept"),
        (Person("Åse", "Ø", "0042"), Person("Åse", "Ø", "0107"), "ase.o-0107"),
        (Person("Ase", "O"), Person("Åse", "Ø"), "ase.o"),
    ],
)
def test_who_is_known_keeps_the_id(known: Person, person: Person, wanted: str) -> None:
    assert assign_ids([person], known={known: "kept"}) == {person: wanted}


@given(PEOPLE)
def test_everyone_gets_an_id_of_their_own(people: list[Person]) -> None:
    found = assign_ids(people)

    assert set(found) == set(people)
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", person) for person in found.values())
    assert not [id for id in found.values() if reads_like_the_service(id)]
    assert found == assign_ids(reversed(people))


@given(PEOPLE, PEOPLE)
def test_a_second_import_changes_no_id(first: list[Person], second: list[Person]) -> None:
    known = assign_ids(first)

    later = assign_ids([*first, *second], known=known)

    assert {person: later[person] for person in known} == known


def test_one_address_is_one_person_whatever_the_name_says() -> None:
    people = [Person("Åse", "Ødegård", "ase@team.example"), Person("Åse", "Berg", "Ase@Team.example")]

    ids = assign_ids(people, known={Person("Ase", "O", "ase@team.example"): "ase"})

    assert set(ids.values()) == {"ase"}
    assert set(ids) == set(people)


def test_two_addresses_under_one_name_are_two_people() -> None:
    ids = assign_ids([Person("Mia", "Hart", "mia@a.example"), Person("Mia", "Hart", "mia@b.example")])

    assert len(set(ids.values())) == 2


def test_an_address_does_not_contradict_an_employee_id() -> None:
    known = {Person("Mia", "Hart", "0042"): "mia.hart"}

    assert assign_ids([Person("Mia", "Hart", "mia@a.example")], known=known) == {
        Person("Mia", "Hart", "mia@a.example"): "mia.hart"
    }


def test_the_number_behind_a_long_name_leaves_the_id_no_longer_than_an_id_may_be() -> None:
    found = assign_ids([Person("a" * 100, ""), Person("a" * 101, "")])

    assert sorted(found.values()) == ["a" * 62 + "-2", "a" * 64]


def test_nobody_new_gets_an_id_that_reads_like_the_service_and_who_has_one_keeps_it() -> None:
    new, old = Person("Ad", "Min"), Person("Wor", "Ker")

    assert assign_ids([new, old], known={old: "wor.ker"}) == {new: "ad.min-2", old: "wor.ker"}
