"""Files of cases to frozen cases: the whole format, strictly; an unknown key is a fault, never ignored."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tilbake.conformance import yaml_source
from tilbake.conformance.format_expect import Expect
from tilbake.conformance.format_steps import VERBS, ExpectNow
from tilbake.conformance.format_world import World
from tilbake.conformance.reading import Misfit, below, hints, known_keys, mapping, read, record, shown
from tilbake.conformance.words import Code, Codes


@dataclass(frozen=True)
class Fault:
    """One place where a file does not follow the format."""

    file: str
    case: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.case, self.key, self.message) if part)


class NotInFormat(Exception):
    """The files hold faults; all of them, one for each case."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Step:
    """One step: `do` is the dataclass of its verb, `number` counts from 1."""

    number: int
    verb: str
    do: Any
    by: str | None = None
    name: str | None = None
    refused: tuple[str, ...] = ()
    warns: str | None = None


@dataclass(frozen=True)
class Case:
    """One example of what the service must do."""

    id: str
    title: str
    source: str
    steps: tuple[Step, ...]
    world: World = field(default_factory=World)
    expect: Expect = field(default_factory=Expect)


_AROUND: Mapping[str, Any] = {"by": str, "as": str, "refused": Codes, "warns": Code}
_CASE: Mapping[str, Any] = {"id": str, "title": str, "source": str, "world": World, "steps": tuple, "expect": Expect}


def parse_files(paths: Iterable[Path]) -> tuple[Case, ...]:
    """All cases of the files, in order. Raises NotInFormat with a fault for each case that leaves the format."""
    faults: list[Fault] = []
    cases: list[Case] = []
    seen: Counter[str] = Counter()
    for path in paths:
        for place, value in enumerate(_listed(path, faults=faults), start=1):
            label = _label(value, place=place)
            try:
                case = parse_case(value)
            except Misfit as misfit:
                faults.append(Fault(str(path), label, misfit.key, misfit.message))
                continue
            if seen[case.id]:
                faults.append(Fault(str(path), case.id, "id", "this id is used by an earlier case"))
            seen[case.id] += 1
            cases.append(case)
    if faults:
        raise NotInFormat(faults)
    return tuple(cases)


def _listed(path: Path, *, faults: list[Fault]) -> list[Any]:
    try:
        value = yaml_source.load(path.read_text(encoding="utf-8"))
    except OSError as fault:
        faults.append(Fault(str(path), "", "", fault.strerror or "cannot be read"))
    except (UnicodeDecodeError, yaml_source.NotYaml) as fault:
        faults.append(Fault(str(path), "", "", f"this is not a file of cases in YAML ({fault})"))
    except yaml_source.UnreadableYaml as fault:
        faults.append(Fault(str(path), "", "", str(fault)))
    else:
        if isinstance(value, list) and value:
            return value
        faults.append(Fault(str(path), "", "", f"must be a list of cases, got {shown(value) if value else 'nothing'}"))
    return []


def _label(value: object, *, place: int) -> str:
    given = value.get("id") if isinstance(value, dict) else None
    return given if isinstance(given, str) else f"case {place}"


def parse_case(value: object) -> Case:
    """One case from its plain value. Raises Misfit naming the key."""
    given = mapping(value, key="")
    known_keys(given, allowed=_CASE, key="")
    for name in ("id", "title", "source", "world", "steps"):
        if name not in given:
            raise Misfit(name, message="missing")
    steps = given["steps"]
    if not isinstance(steps, list):
        raise Misfit("steps", message=f"must be a list, got {shown(steps)}")
    case = Case(
        **{name: read(given[name], kind=_CASE[name], key=name) for name in given if name != "steps"},
        steps=tuple(_step(one, number=number) for number, one in enumerate(steps, start=1)),
    )
    _refuse_doubles(case.world)
    if not case.id.strip():
        raise Misfit("id", message="must not be empty")
    return case


def _refuse_doubles(world: World) -> None:
    for key, ids in world.ids_in_use().items():
        for one, times in Counter(ids).items():
            if times > 1:
                raise Misfit(f"world.{key}", message=f'the id "{one}" stands {times} times')


def _step(value: object, *, number: int) -> Step:
    key = f"step {number}"
    given = mapping(value, key=key)
    verb = _verb(given, key=key)
    kind = VERBS[verb]
    around = {} if kind is ExpectNow else _AROUND
    own, *_ = dataclasses.fields(kind)
    allowed = {**hints(kind), **around, verb: None}
    if own.name != verb:
        # request_recall: [E1] is the only spelling of a verb's own value; `entries:` beside it would be a second one.
        del allowed[own.name]
    known_keys(given, allowed=allowed, key=key)
    frame = {name: read(given[name], kind=around[name], key=below(key, part=name)) for name in around if name in given}
    return Step(
        number=number,
        verb=verb,
        do=record(given, kind=kind, key=key, spelled={own.name: verb}),
        by=frame.get("by"),
        name=frame.get("as"),
        refused=frame.get("refused", ()),
        warns=frame.get("warns"),
    )


def _verb(given: Mapping[Any, Any], *, key: str) -> str:
    verbs = [name for name in given if name in VERBS]
    if len(verbs) == 1:
        return str(verbs[0])
    if verbs:
        raise Misfit(below(key, part=verbs[1]), message=f"a step has one verb; this one has {' and '.join(verbs)}")
    raise Misfit(below(key, part=next(iter(given), "")), message="no verb of the format in this step")
