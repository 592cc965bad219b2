"""What OpenAPI promises about problems is what the service sends."""

import pytest
from fastapi import APIRouter, FastAPI

from api.answers.problems import Problem
from api.models.base import Body
from api.models.fields import Amount, Day, Duration, Instant, PersonId, Quantity, Rate, Share
from api.openapi import openapi_of
from api.prefer import wait_seconds
from api.problem_schema import problem_responses
from api.strict_route import StrictRoute
from domain.refusals import Code


class Everything(Body):
    quantity: Quantity
    amount: Amount
    rate: Rate
    share: Share
    day: Day
    at: Instant
    lasts: Duration
    person: PersonId


def test_every_example_is_a_problem_without_unknown_facts() -> None:
    responses = problem_responses(*Code)

    for status, response in responses.items():
        for example in response["content"]["application/problem+json"]["examples"].values():
            assert Problem.model_validate(example["value"]).status == status
            assert "(unknown)" not in example["value"]["detail"]


def test_the_document_shows_figures_as_texts_with_examples() -> None:
    router = APIRouter(route_class=StrictRoute)

    @router.post("/things", responses=problem_responses(Code.LOCKED))
    async def make(body: Everything) -> None:
        pass

    app = FastAPI()
    app.include_router(router)

    document = openapi_of(app)
    members = document["components"]["schemas"]["Everything"]["properties"]
    assert {member["type"] for member in members.values()} == {"string"}
    assert all(member["examples"] for member in members.values())
    assert "HTTPValidationError" not in document["components"]["schemas"]
    of_a_body = {"408", "413", "415"}
    responses = set(document["paths"]["/things"]["post"]["responses"])
    assert responses == {"200", "400", "401", "422", "429", "500", "503"} | of_a_body
    refused = document["paths"]["/things"]["post"]["responses"]["422"]["content"]
    assert set(refused) == {"application/problem+json"}
    assert refused["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert set(refused["application/problem+json"]["examples"]) == {"locked"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("wait=5", 5), ("respond-async, wait=10", 10), ("Wait = 100", 20), ('wait="3"', 3), ("wait=-1", 0),
     ("wait=x", 0), ("waiting=5", 0), ("xwait=5", 0), ("wait=5x", 0)],
)  # fmt: skip
def test_a_preference_to_wait_is_bounded_and_what_is_not_understood_ignored(header: str | None, seconds: int) -> None:
    assert wait_seconds(header) == seconds
