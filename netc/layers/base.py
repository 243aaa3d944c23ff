"""What a layer is, and what it may ask of the elaboration that builds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netc.errors import Mistake
from netc.layers.options import NAME_SCHEMA, Deferred, at_least, flag, identifier, literal, option
from netc.layers.words import did_you_mean, expected, nearest, superfluous
from netc.reader.plain import is_list

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.ops import Op
    from netc.types import Initializer


class Model(BaseModel):
    """The base of everything that a spec's mapping is read into: immutable, and closed to unknown keys.

    ``noun`` is what messages call it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    noun: ClassVar[str] = "this"


ModelT = TypeVar("ModelT", bound=Model)


class LayerList:
    """A list of layers inside a layer: opaque to models, walked by elaboration.

    ``specs`` are the parsed layers (``netc.language``'s business).
    """

    __slots__ = ("specs",)

    def __init__(self, specs: Sequence[Any]) -> None:
        self.specs = specs


def _layer_list(value: object) -> LayerList:
    if not isinstance(value, LayerList):
        expected("a list of layers", value, help="write each layer on a line of its own, after `- `")
    return value


if TYPE_CHECKING:
    Held: TypeAlias = LayerList
else:  # pydantic need not look into a list of layers
    Held = Any

Layers = Annotated[Held, *literal(_layer_list, {"type": "array", "items": {"$ref": "#/$defs/layer"}})]


class Layer(Model):
    """The base of every layer kind.

    A concrete kind is final; its docstring is its reference text. ``kind`` is the word a person writes,
    ``value_field`` the option that stands as the kind's own value (``""``: it takes none), ``structural``
    whether it walks other layers and so is built even on a value that is broken. ``reads_many`` kinds
    take a list in ``from``; ``holds`` are the keys, as written, whose lists are layers.
    """

    kind: ClassVar[str]
    value_field: ClassVar[str] = ""
    structural: ClassVar[bool] = False
    reads_many: ClassVar[bool] = False
    holds: ClassVar[tuple[str, ...]] = ()

    def rules(self) -> None:
        """Raise ``Mistake`` where options exclude or need each other."""

    def build(self, context: Context, *values: Value) -> Value:
        """Say in core ops what the layer means for the values it reads; hand on the result."""
        raise NotImplementedError

    def given(self, field: str) -> bool:
        """Whether the option stands in the spec (or its defaults) rather than in the model."""
        return field in self.model_fields_set


class Context(Protocol):
    """What a layer may ask for while it is built. The elaboration implements it."""

    @property
    def path(self) -> str:
        """The layer's own path."""
        ...

    def emit(
        self, op: Op, *values: Value, at: str = "", init: Mapping[str, Initializer] | None = None
    ) -> Value:
        """The result of one op, at the layer's path or below it.

        Raises ``Mistake`` where the values do not fit; a broken value gives a broken one.
        """
        ...

    def inside(self, name: str) -> Context:
        """The same for a part of this layer, whose paths begin with ``NAME.``."""
        ...

    def walk(self, layers: LayerList, value: Value, scope: str = "") -> Walked:
        """Elaborate a list of layers: in this layer's scope, or in the scope ``scope`` below it."""
        ...

    def make(self, kind: str, value: Value, scope: str, **options: object) -> Value:
        """Elaborate one layer of another kind in the scope ``scope`` below this layer's.

        The file's defaults for that kind hold where ``options`` leave something out.
        """
        ...

    def measured(self, name: str) -> Value:
        """The value that a name means here, as in ``from``, for the sake of its size alone.

        Raises ``Mistake`` where there is none.
        """
        ...

    def is_broken(self, value: Value) -> bool:
        """Whether a mistake was reported where this value should have been made."""
        ...

    def written_before(self, option: str, other: str) -> bool:
        """Whether one key of this layer is written above another."""
        ...

    def project(self, body: Walked, value: Value, *, first: bool) -> Value:
        """The ``project`` shortcut from ``value`` to the end of a residual's body.

        It stands after the body, or before it (``first``). Raises ``Mistake`` where it cannot fit.
        """
        ...

    def use_block(self, name: str, given: Mapping[str, object], values: tuple[Value, ...]) -> Value:
        """Elaborate a block on the values that ``from`` names, with these parameters."""
        ...

    def bound(self, name: str) -> object:
        """What a name stands for in expressions here: for ``with``'s list of names.

        Raises ``Mistake`` where there is no such name.
        """
        ...

    def loop(self, bindings: Sequence[Mapping[str, Any]], layers: LayerList, value: Value) -> Value:
        """Elaborate a list of layers once for each row of names and values."""
        ...

    def head(self, name: str, layers: LayerList, value: Value, *, train_only: bool) -> Value:
        """Elaborate a side chain that ends in the output ``name``; gives its end."""
        ...

    @property
    def turn(self) -> int:
        """Which turn of a repetition this is, from 0."""
        ...


class Walked(Protocol):
    """The result of walking a list of layers."""

    @property
    def value(self) -> Value:
        """The value it ends with."""
        ...

    @property
    def layers(self) -> Sequence[Layer]:
        """The layers of the list itself, as instantiated, without those that ``if`` left out."""
        ...


def _sources(value: object) -> tuple[str, ...]:
    names = value if is_list(value) else [value]
    if not names:
        expected("a name, or a list of names", value)
    for index, name in enumerate(names):
        if not isinstance(name, str):
            expected("a name", name, at=(index,) if is_list(value) else ())
    return tuple(str(name) for name in names)


_NAMES: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}


def _shared(value: object) -> str | Literal[True]:
    if value is True or isinstance(value, str):
        return True if value is True else str(value)
    way_out = "leave it out, and each turn has parameters of its own" if value is False else ""
    expected("the name or path of an earlier layer, or `true` beside `repeat`", value, help=way_out)


_SHARE: dict[str, Any] = {"anyOf": [{"enum": [True]}, {"type": "string"}]}


class Common(Model):
    """The options that every layer takes."""

    name: Annotated[str | None, *literal(identifier, NAME_SCHEMA)] = Field(
        None, description="The layer's name, unique in its scope; by default its kind and a count."
    )
    sources: Annotated[tuple[str, ...] | None, *literal(_sources, _NAMES)] = Field(
        None, alias="from", description="The value or values it reads; by default the one before it."
    )
    condition: Annotated[bool | Deferred, *option(flag, {"type": "boolean"})] = Field(
        True, alias="if", description="Where false, the layer is left out."
    )
    repeat: Annotated[int | Deferred, *option(at_least(0), {"type": "integer", "minimum": 0})] = Field(
        1, description="How many times, one after another; 0 is the identity."
    )
    share: Annotated[str | Literal[True] | None, *literal(_shared, _SHARE)] = Field(
        None,
        description="The earlier layer of the same kind whose parameters it uses; `true` beside `repeat`: "
        "every turn uses the first's.",
    )
    frozen: Annotated[bool | Deferred, *option(flag, {"type": "boolean"})] = Field(
        False, description="Whether its parameters, and those of all layers inside, stay as they begin."
    )


COMMON_OPTIONS = ("name", "from", "if", "repeat", "share", "frozen")


def one(values: tuple[Value, ...], kind: str) -> Value:
    """The one value that a kind reads. Raises ``Mistake`` where there are several."""
    if len(values) != 1:
        raise Mistake(
            "E309",
            f"`{kind}` reads one value",
            label=f"given {len(values)}",
            help="put a `merge` before it",
        )
    return values[0]


def validated(model: type[ModelT], options: Mapping[str, object]) -> tuple[ModelT | None, list[Mistake]]:
    """An instance of ``model`` with ``options`` (by a spec's names for them), or every mistake in them."""
    known = option_names(model)
    found = [unknown_option(key, model, known) for key in options if key not in known]
    wanted = {key: value for key, value in options.items() if key in known} if found else options
    try:
        instance = model.model_validate(wanted)
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            option_name = str(item["loc"][0])
            if item["type"] == "missing":
                if any(mistake.help == did_you_mean(option_name) for mistake in found):
                    continue  # it is there, misspelt
                help_ = "as in `shape: [3, 224, 224]`" if option_name == "shape" else ""
                message = f"`{option_name}` is missing"
                found.append(Mistake("E203", message, help=help_, option=option_name))
                continue
            mistake = cast("Mistake", item.get("ctx", {})["error"])  # every field's own parser raises one
            mistake.option = option_name
            found.append(mistake)
        return None, found
    return (None if found else instance), found


def option_names(model: type[Model]) -> Mapping[str, str]:
    """The options of a model as a spec writes them, with the model's own names."""
    names = _option_names.get(model)
    if names is None:
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        _option_names[model] = names
    return names


_option_names: dict[type[Model], Mapping[str, str]] = {}


def unknown_option(key: str, model: type[Model], known: Mapping[str, str]) -> Mistake:
    """The mistake of a key that a model does not have."""
    value_field: str = getattr(model, "value_field", "")
    listed = [name for name in known if name != value_field]
    if issubclass(model, Layer) and key == model.kind:
        help_ = f"write `- {key}`, or with options `{{{key}: , name: …}}`"
        return Mistake("E201", f"`{key}` takes no value", help=help_, option=key)
    if issubclass(model, Layer):
        what, listed = f"`{model.kind}` has no option", [*listed, *COMMON_OPTIONS]
    else:
        what = f"{model.noun} has no key"
    every = f"there are {', '.join(f'`{name}`' for name in listed)}"
    help_ = superfluous(key) or nearest(key, listed) or every
    return Mistake("E201", f"{what} `{key}`", help=help_, option=key, at_key=True)
