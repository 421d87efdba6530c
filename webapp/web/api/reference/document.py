"""Reads the OpenAPI document into what the page shows; only what our own document uses is understood."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Node = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMAS = "#/components/schemas/"
_LIMITS = ("default", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


@dataclass(frozen=True)
class TypeWords:
    """The type of a value.

    Attributes:
        name: such as `string` or, where `is_schema`, the name of a schema.
        form: such as `date-time`; may be empty.
    """

    name: str
    form: str = ""
    is_list: bool = False
    is_schema: bool = False
    is_nullable: bool = False


@dataclass(frozen=True)
class ReadField:
    """A field of a schema, or a parameter of a call."""

    name: str
    type: TypeWords
    is_required: bool
    description: str
    choices: tuple[str, ...]
    limits: tuple[str, ...]
    place: str = "body"


@dataclass(frozen=True)
class Answer:
    """What a call may answer; `status` is `default` for all other errors."""

    status: str
    description: str
    type: TypeWords | None
    schema: Node | None


@dataclass(frozen=True)
class Operation:
    """One call."""

    method: str
    path: str
    tag: str
    summary: str
    is_deprecated: bool
    parameters: tuple[ReadField, ...]
    body: Node | None
    body_type: TypeWords | None
    answers: tuple[Answer, ...] = field(default=())

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


def operations(document: Node) -> Iterator[Operation]:
    """Yield every call in the order of the paths, those of before last."""
    found = [
        _operation(document, path, method, {**shared, **item[method]})
        for path, item in sorted(document["paths"].items())
        for shared in ({"parameters": item.get("parameters", [])},)
        for method in METHODS
        if method in item
    ]
    yield from sorted(found, key=lambda one: one.is_deprecated)


def schema_fields(schema: Node) -> tuple[ReadField, ...]:
    """Return the fields of a schema, those that are always there first."""
    required = schema.get("required", ())
    fields = [_field(name, one, name in required) for name, one in schema.get("properties", {}).items()]
    return tuple(sorted(fields, key=lambda one: not one.is_required))


def resolved(document: Node, node: Node) -> Node:
    """Return what a reference stands for, or the node itself."""
    reference = node.get("$ref")
    if not reference:
        return node
    target: Any = document
    for step in reference.removeprefix("#/").split("/"):
        target = target[step]
    return target


def alternatives(schema: Node) -> list[Node]:
    """Return what a schema is made of, where it says so in more than one piece."""
    return [*schema.get("allOf", ()), *schema.get("anyOf", ())]


def _operation(document: Node, path: str, method: str, said: Node) -> Operation:
    body = _content(said.get("requestBody"))
    return Operation(
        method.upper(),
        path,
        said["tags"][0],
        said.get("summary", ""),
        bool(said.get("deprecated")),
        tuple(_parameter(one) for one in said["parameters"]),
        body,
        _type(body) if body else None,
        tuple(_answer(document, status, one) for status, one in said["responses"].items()),
    )


def _parameter(said: Node) -> ReadField:
    return _field(said["name"], {**said["schema"], **_described(said)}, bool(said.get("required")), said["in"])


def _described(said: Node) -> Node:
    return {"description": said["description"]} if "description" in said else {}


def _answer(document: Node, status: str, said: Node) -> Answer:
    found = resolved(document, said)
    schema = _content(found)
    return Answer(status, found["description"], _type(schema) if schema else None, schema)


def _content(said: Node | None) -> Node | None:
    schema: Node | None = said["content"]["application/json"]["schema"] if said and "content" in said else None
    return schema


def _field(name: str, said: Node, is_required: bool, place: str = "body") -> ReadField:
    choices = tuple("null" if one is None else str(one) for one in said.get("enum", ()))
    limits = tuple(f"{key} {said[key]}" for key in _LIMITS if said.get(key) is not None)
    return ReadField(name, _type(said), is_required, said.get("description", ""), choices, limits, place)


def _type(said: Node) -> TypeWords:
    if "$ref" in said:
        return TypeWords(said["$ref"].removeprefix(_SCHEMAS), is_schema=True)
    if pieces := alternatives(said):
        inner = _type(pieces[0])
        is_nullable = any(one.get("nullable") for one in pieces)
        return TypeWords(inner.name, inner.form, inner.is_list, inner.is_schema, is_nullable)
    if said.get("type") == "array":
        inner = _type(said["items"])
        return TypeWords(inner.name, inner.form, is_list=True, is_schema=inner.is_schema)
    return TypeWords(said.get("type", "any"), said.get("format", ""), is_nullable=bool(said.get("nullable")))
