"""Bodies about channels: decisions that come in, events that go out, and how people are reached."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from api.models.base import Body, Many, never_null
from api.models.fields import ChannelId, EmailAddress, Instant, Name, PersonId, ResourceId, UnitId
from domain.outgoing.receivers import LONGEST_URL

MOST_NAMED = 1000
People = Annotated[Many[PersonId], Field(max_length=MOST_NAMED)]
Projects = Annotated[Many[ResourceId], Field(max_length=MOST_NAMED)]
Language = Literal["nb", "en"]


class NewChannel(Body):
    """Nobody named: it may speak for everybody; no project named: for everything of its unit."""

    id: ChannelId
    unit: UnitId
    people: People = ()
    projects: Projects = ()


class ChannelChanges(Body):
    """What is left out stays as it is."""

    people: People | None = None
    projects: Projects | None = None


class Rotation(Body):
    """Until when the present secret stays good beside the new one; null: until it is retired."""

    old_until: Instant | None = None


class PersonChanges(Body):
    """What is left out stays as it is; null takes the address away, or leaves the language to the service."""

    model_config = ConfigDict(json_schema_extra=never_null("name"))

    name: Name | None = None
    email: EmailAddress | None = None
    language: Language | None = None


EventType = Literal[
    "recall.requested",
    "recall.decision_needed",
    "recall.reminded",
    "recall.escalated",
    "recall.rerouted",
    "recall.blocked",
    "recall.parked",
    "recall.resumed",
    "recall.recalled",
    "recall.partly_recalled",
    "recall.rejected",
    "recall.withdrawn",
    "recall.expired",
]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
Events = Annotated[Many[EventType], Field(min_length=1, max_length=len(get_args(EventType)))]


class NewSubscription(Body):
    """Which events of a unit are sent where, with words in which language."""

    unit: UnitId
    url: Url
    events: Events
    language: Language = "en"


class SubscriptionChanges(Body):
    """What is left out stays as it is."""

    url: Url | None = None
    events: Events | None = None
    language: Language | None = None
