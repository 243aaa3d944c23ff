"""The document: what stands at the top of a spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, TypeAlias, cast, get_args

from pydantic import Field

from netc.diagnostics import Note
from netc.errors import Mistake
from netc.language.defaults import Defaults
from netc.layers.base import LayerList, Layers, Model
from netc.layers.options import DEFERRED, Deferred, Identifier, literal, option, whole, within, word
from netc.layers.words import expected, shown
from netc.reader import Scalar, Tree
from netc.types import Dtype, InputLayout
from netc.types.dims import LARGEST_DIM
from netc.types.tensor import MOST_AXES

SYMBOL = re.compile(r"[A-Z][A-Za-z0-9_]{0,63}")
BATCH_AXIS = "`N` is the batch axis"


def _version(value: object) -> int:
    if whole(value) != 1 or isinstance(value, float):
        raise Mistake("E105", "this netc reads version 1 of the language", help="write `netc: 1`")
    return 1


def _text(value: object) -> str:
    if not isinstance(value, str):
        expected("text", value, help="quote it")
    return value


def shape(value: object) -> tuple[int | str, ...]:
    """A shape without the batch axis: sizes and symbols."""
    if not isinstance(value, list):
        expected("a shape such as `[3, 224, 224]`, without the batch axis", value)
    dims = cast("list[object]", value)
    if len(dims) > MOST_AXES:
        raise Mistake("E104", f"a value has at most {MOST_AXES} axes", label=f"{len(dims)} here")
    return tuple(within(index, _dim, dim) for index, dim in enumerate(dims))


def _dim(value: object) -> int | str:
    if (isinstance(value, str) and value in {"None", "batch"}) or whole(value) == -1:  # as elsewhere
        raise Mistake("E202", f"{shown(value)} is no size", help="the batch axis is implied: leave it out")
    if isinstance(value, str) and SYMBOL.fullmatch(value):
        if value == "N":
            raise Mistake("E202", BATCH_AXIS, help="it is implied: leave it out")
        return value
    number = whole(value)
    if number is None or number < 1:
        lowercase = isinstance(value, str) and SYMBOL.fullmatch(value[:1].upper() + value[1:])
        help_ = "a symbol begins with an uppercase letter, as in `[3, H, W]`" if lowercase else ""
        expected("a positive whole number", value, help=help_)
    if number > LARGEST_DIM:
        raise Mistake("E104", "a dim is 2^31 or more", label=f"{number:,}")
    return number


_SIZE: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": LARGEST_DIM}
SYMBOL_SCHEMA: dict[str, Any] = {"type": "string", "pattern": f"^(?!N$){SYMBOL.pattern}$"}
_SHAPE: dict[str, Any] = {"type": "array", "items": {"anyOf": [_SIZE, SYMBOL_SCHEMA]}, "maxItems": MOST_AXES}
Shape = Annotated[tuple[int | str, ...] | Deferred, *option(shape, _SHAPE)]


_LAYOUT = word(*get_args(InputLayout))
_ORDERS = {
    **dict.fromkeys(("hwc", "nhwc", "channels_last"), "`hwc` is height, width, channels"),
    **dict.fromkeys(("chw", "nchw"), "`channels_first`, the default, is channels, height, width"),
}
"""What others call layouts, in small letters, and what to write."""


def _layout(value: object) -> str:
    try:
        return _LAYOUT(value)
    except Mistake as mistake:
        mistake.help = _ORDERS.get(str(value).lower(), mistake.help)
        raise


class Input(Model):
    """An input: its shape, element type and layout."""

    noun: ClassVar[str] = "an input"

    shape: Shape = Field(description="Dims without the batch axis, in the order in which they are fed.")
    dtype: Annotated[Dtype, *literal(word(*get_args(Dtype)), {"enum": list(get_args(Dtype))})] = Field(
        "float32", description="The element type."
    )
    layout: Annotated[InputLayout, *literal(_layout, {"enum": list(get_args(InputLayout))})] = Field(
        "channels_first",
        description="`sequence`: time first. `hwc`: height, width, channels, as an image's bytes are stored, "
        "beside `dtype: uint8`; layers read it with its channels first.",
    )


class InputSpec(NamedTuple):
    """An input as written: its options with their expressions, and their places."""

    options: Mapping[str, object]
    tree: Tree
    key: Scalar


class Written(NamedTuple):
    """A value as written, an expression perhaps, and its places; ``REFUSED`` where it was reported."""

    value: object
    key: Scalar
    tree: Tree


class OutputSpec(NamedTuple):
    """An output: its name, the layer (or head) whose value it is, and the places of both."""

    name: str
    source: str
    key: Tree
    tree: Tree


class Import(NamedTuple):
    """An item of `import`: the file as written, its name without folder and suffix, and its place.

    A ``broken`` one was reported; what uses its blocks stays silent. Its ``stem`` is ``UNREADABLE`` where
    that may be any.
    """

    stem: str
    path: str
    tree: Tree
    broken: bool = False


class Block(NamedTuple):
    """A reusable run of layers. A param whose value is ``None`` has no default and must be given.

    A ``broken`` one was reported, and what uses it stays silent.
    """

    name: str
    params: Mapping[str, Written]
    inputs: tuple[str, ...]
    layers: LayerList
    key: Scalar
    broken: bool = False


_OBJECT: dict[str, Any] = {"type": "object"}


def _prepared(value: object) -> Any:
    """What the language stage read itself."""
    return value


if TYPE_CHECKING:
    from netc.language.dims import FactsSpec

    Inputs: TypeAlias = Mapping[str, InputSpec]
    Dims: TypeAlias = Mapping[str, FactsSpec]
    Values: TypeAlias = Mapping[str, Written]
    Variants: TypeAlias = Mapping[str, Mapping[str, Written]]
    Items: TypeAlias = tuple[Import, ...]
    Blocks: TypeAlias = Mapping[str, Block]
    Outputs: TypeAlias = tuple[OutputSpec, ...] | None
    FileDefaults: TypeAlias = Defaults
else:  # pydantic need not look into what the language stage read itself
    Inputs = Dims = Values = Variants = Items = Blocks = Outputs = FileDefaults = Any


class Document(Model):
    """A spec as written; see the language's reference for what each key means."""

    noun: ClassVar[str] = "a spec"

    netc: Annotated[int, *literal(_version, {"const": 1})] = Field(description="The language's version: 1.")
    schema_: Annotated[Any, *option(_prepared, {})] = Field(None, alias="$schema", description="For editors.")
    name: Identifier = Field("", description="The network's name; by default the file's stem.")
    doc: Annotated[str, *literal(_text, {"type": "string"})] = Field("", description="Free text.")
    input: Annotated[Inputs, *option(_prepared, {})] = Field({}, description="The one input.")
    inputs: Annotated[Inputs, *option(_prepared, _OBJECT)] = Field({}, description="Several inputs, by name.")
    dims: Annotated[Dims, *option(_prepared, _OBJECT)] = Field(
        {}, description="Facts about symbolic sizes: `min`, `max` and `multiple_of` of each."
    )
    params: Annotated[Values, *option(_prepared, _OBJECT)] = Field({}, description="Named values.")
    variants: Annotated[Variants, *option(_prepared, _OBJECT)] = Field(
        {}, description="Named sets of other values for params."
    )
    imports: Annotated[Items, *option(_prepared, {"type": "array", "items": {"type": "string"}})] = Field(
        (), alias="import", description="Files below this one's folder: their blocks are `file_stem.block`."
    )
    defaults: Annotated[FileDefaults, *option(_prepared, _OBJECT)] = Field(
        Defaults({}), description="Option values a kind, where a layer leaves them out."
    )
    blocks: Annotated[Blocks, *option(_prepared, _OBJECT)] = Field({}, description="Reusable runs of layers.")
    layers: Layers | None = Field(None, description="The network.")
    outputs: Annotated[Outputs, *option(_prepared, {})] = Field(None, description="The outputs, in order.")

    @property
    def is_library(self) -> bool:
        """Whether this is a file of blocks alone."""
        return self.layers is None and not self.input and not self.inputs

    @property
    def all_inputs(self) -> Mapping[str, InputSpec]:
        """The inputs, by name."""
        return self.inputs or self.input


class Imported(NamedTuple):
    """An imported file: what it says, and what it imports in turn.

    ``file`` is what messages call it; ``chain`` says where it is imported, innermost first.
    """

    file: str
    document: Document
    imports: Imports
    chain: tuple[Note, ...]


Imports: TypeAlias = "Mapping[str, Imported | None]"
"""Imported files by their stems; ``None`` for one that was reported, ``UNREADABLE`` for unknown ones."""


class ImportedFiles(NamedTuple):
    """All that a spec imports: the files by their stems, and the text of each, by its name.

    ``texts`` names a file by its path from the spec's folder, ``sources`` as messages do.
    """

    imports: Imports
    texts: Mapping[str, str]
    sources: Mapping[str, str]


NO_IMPORTS = ImportedFiles({}, {}, {})
"""What a spec without `import` imports."""


__all__ = [
    "DEFERRED",
    "NO_IMPORTS",
    "Block",
    "Document",
    "Import",
    "Imported",
    "ImportedFiles",
    "Imports",
    "Input",
    "InputSpec",
    "OutputSpec",
    "Written",
]
