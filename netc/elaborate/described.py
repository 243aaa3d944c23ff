"""A layer's options in the spec's own notation, for printed modules and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast, final

from netc.elaborate.reports import Frame
from netc.graph import LayerRecord, Value
from netc.language.spec import LayerSpec
from netc.layers.base import Layer, LayerList, option_names
from netc.reader.plain import is_mapping
from netc.types import Initializer


class RawRecord(NamedTuple):
    """A layer that was built: its path, the instance, the value it ends with.

    ``spec`` is the layer as written (that of the module it is a part of, where none is written), ``frames``
    the steps that led there, outermost first. ``shares`` is the path of the layer whose parameters it uses
    by its own ``share`` (``""``: none), ``frozen`` what its own option of that name says. ``block`` is the
    name of the block that it puts to use, and ``params`` has the values of that block's params.
    """

    path: str
    layer: Layer
    value: Value
    spec: LayerSpec
    frames: tuple[Frame, ...]
    shares: str = ""
    frozen: bool = False
    block: str = ""
    params: Mapping[str, object] = {}  # nobody writes to it


@final
class LayerRecords(Mapping[str, LayerRecord]):
    """The records of a network's layers, each described when it is asked for: a check asks for none."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Mapping[str, RawRecord]) -> None:
        self._raw = raw

    def __getitem__(self, path: str) -> LayerRecord:
        record = self._raw[path]
        layer = record.layer
        common = (f"share: {record.shares}" * bool(record.shares), "frozen: true" * record.frozen)
        text = ", ".join(filter(None, (described(layer), *common)))
        return LayerRecord(
            path,
            layer.kind,
            text,
            record.value,
            layer.structural,
            record.spec.span,
            record.block,
            record.params,
        )

    def __contains__(self, path: object) -> bool:
        return path in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __reduce__(self) -> tuple[type[dict[str, LayerRecord]], tuple[dict[str, LayerRecord]]]:
        return dict, (dict(self),)


_WINDOW = ("kernel", "stride", "padding", "dilation", "groups")


def described(layer: Layer) -> str:
    """The layer's value and the options that differ from the model's, as in ``64, kernel: 7, act: relu``."""
    parts: list[str] = []
    names = option_names(type(layer))
    for alias, field in sorted(names.items(), key=lambda item: _rank(layer, item[1])):
        value = getattr(layer, field)
        if field not in layer.model_fields_set or _is_layers(value) or value == _default(layer, field):
            continue
        text = _text(value)
        parts.append(text if field == layer.value_field else f"{alias}: {text}")
    return ", ".join(parts)


def _rank(layer: Layer, field: str) -> int:
    """The value first, then the window, then all else in the model's order."""
    if field == layer.value_field:
        return -1
    return _WINDOW.index(field) if field in _WINDOW else len(_WINDOW)


def _default(layer: Layer, field: str) -> object:
    info = type(layer).model_fields[field]
    return None if info.is_required() else info.default


def _is_layers(value: object) -> bool:
    if is_mapping(value):
        return any(isinstance(item, LayerList) for item in value.values())
    return isinstance(value, LayerList)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Layer):
        name, *options = described(value).split(", ") or [""]
        return f"{{{name}: {{{', '.join(options)}}}}}" if options else name
    if isinstance(value, Initializer):
        return f"{value.scheme}({value.argument:g})" if value.argument else value.scheme
    if is_mapping(value):
        return "{" + ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_text, cast('Sequence[object]', value)))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
