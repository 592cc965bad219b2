"""Strong entity tags and If-Match (RFC 9110, 8.8 and 13.1.1). Weak tags never match: a version is the same or it is not."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.edge import bad_parameter

LONGEST_HEADER = 8000
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_GAP = re.compile(r"[ \t,]*")


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What an If-Match header asks for: any version (`*`), or one of the strong tags."""

    any_version: bool
    tags: frozenset[str]

    def matches(self, version: str) -> bool:
        """Whether a version (without quotes) is one that was asked for."""
        return self.any_version or version in self.tags


def etag(version: str) -> str:
    """A version as an entity tag. Raises ValueError where it holds what a tag cannot."""
    tag = f'"{version}"'
    if not version.isascii() or not _TAG.fullmatch(tag):
        raise ValueError("a version is visible ASCII without quotes")
    return tag


def content_version(body: Mapping[str, object]) -> str:
    """The version of a resource that counts none itself: a fingerprint of what is shown of it."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]


def if_match(header: str | None) -> IfMatch | None:
    """What the header asks for; None where there is none. Weak tags are left out, so that they match nothing.

    Raises EdgeError invalid_value where it is no list of tags. Several If-Match lines are to be joined by a comma.
    """
    if header is None:
        return None
    if header.strip(" \t") == "*":
        return IfMatch(any_version=True, tags=frozenset())
    return IfMatch(any_version=False, tags=_strong_tags(header))


def plans_seen(seen: IfMatch | None) -> frozenset[str] | None:
    """The plans an If-Match names; `*` stands for the plan last stored."""
    return None if seen is None or seen.any_version else seen.tags


def _strong_tags(header: str) -> frozenset[str]:
    tags = []
    place = _end_of_gap(header, place=0)
    while place < len(header):
        found = _TAG.match(header, place)
        after = found.end() if found else place
        place = _end_of_gap(header, place=after)
        parted = place == len(header) or "," in header[after:place]
        if not found or not parted or len(header) > LONGEST_HEADER:
            raise bad_parameter("If-Match", expected="entity_tag")
        tags.append(found)
    if not tags:
        raise bad_parameter("If-Match", expected="entity_tag")
    return frozenset(tag.group(2) for tag in tags if not tag.group(1))


def _end_of_gap(header: str, *, place: int) -> int:
    gap = _GAP.match(header, place)
    return gap.end() if gap else place
