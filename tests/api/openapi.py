"""Reading the OpenAPI document: its operations, and a request for each that fits its description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    method: str
    path: str
    description: Json

    @property
    def id(self) -> str:
        return str(self.description["operationId"])

    @property
    def body(self) -> Json | None:
        """The schema of its JSON body, if it takes one."""
        content = self.description.get("requestBody", {}).get("content", {})
        found = content.get("application/json", {}).get("schema")
        return dict(found) if found else None

    def at(self, **values: str) -> str:
        """The path with an id in the place of each parameter."""
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found.group(1), "nothing"), self.path)

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters in the path."""
        return re.findall(r"\{(\w+)\}", self.path)


def operations(document: Json) -> Iterator[Operation]:
    """Every operation of a document, in its order."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield Operation(method.upper(), path, methods[method])


def document_of(http: httpx.Client, url: str) -> Json:
    """The document a service serves."""
    answer = http.get(f"{url}/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def resolve(document: Json, schema: Json) -> Json:
    """The schema behind a reference."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema


def needed(schema: Json) -> list[str]:
    """The members an object must have; of one that must have any, the first."""
    return schema.get("required") or list(schema.get("properties", ()))[: schema.get("minProperties", 0)]


def example(document: Json, schema: Json) -> Any:
    """A value a schema describes: the required members only, by their examples where there are some."""
    schema = resolve(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    makers: Mapping[str, Callable[[], Any]] = {
        "object": lambda: {name: example(document, schema["properties"][name]) for name in needed(schema)},
        "array": lambda: [example(document, schema["items"])],
        "boolean": lambda: True,
        "integer": lambda: 1,
    }
    return makers.get(schema.get("type", ""), lambda: "x1")()
