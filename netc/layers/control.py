"""Blocks put to use, rows, and side chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.base import Context, Layer, Layers, one
from netc.layers.options import NAME, Flag, Identifier, identifier, literal, option, variable, within
from netc.layers.words import expected, shown
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from netc.graph import Value

Values = Mapping[str, object]


def _with(value: object) -> Values | tuple[str, ...]:
    if is_mapping(value):
        return value
    if is_list(value):
        return tuple(within(index, identifier, name) for index, name in enumerate(value))
    expected("parameters such as `{width: 64}`, or a list of names, each passed on as itself", value)


def _values(value: object) -> Values:
    if not is_mapping(value):
        expected("parameters such as `{stride: 2}`", value)
    return value


def _block_name(value: object) -> str:
    """A name, behind a file's stem and a dot where the block is an imported file's."""
    if isinstance(value, str) and "." in value:
        stem, _, own = value.rpartition(".")
        if not stem or not NAME.fullmatch(own):
            help_ = "an imported block is called by its file's stem and its own name, as in `resnet.basic`"
            raise Mistake("E202", f"{shown(value)} is no name of a block", help=help_)
        return value
    return identifier(value)


_BLOCK: dict[str, Any] = {"type": "string", "pattern": rf"^(.+\.)?{NAME.pattern}$"}
_WITH: dict[str, Any] = {"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "string"}}]}


@final
class UseLayer(Layer):
    """A block put to use: its layers, with these parameters, in a scope of its own.

    ``first`` overrides ``with`` in the first turn of a ``repeat``.
    """

    kind: ClassVar[str] = "use"
    value_field: ClassVar[str] = "block"
    structural: ClassVar[bool] = True
    reads_many: ClassVar[bool] = True

    block: Annotated[str, *literal(_block_name, _BLOCK)] = Field(
        description="The block's name; an imported file's is `file_stem.block`."
    )
    parameters: Annotated[Values | tuple[str, ...], *option(_with, _WITH)] = Field(
        {}, alias="with", description="Its parameters, or names that are each passed on as themselves."
    )
    first: Annotated[Values, *option(_values, {"type": "object"})] = Field(
        {}, description="Parameters that override `with` in the first turn of `repeat`."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """The block's last value."""
        if isinstance(self.parameters, tuple):
            given = {name: _passed(context, index, name) for index, name in enumerate(self.parameters)}
        else:
            given = dict(self.parameters)
        first: Values = self.first if context.turn == 0 else {}
        try:
            return context.use_block(self.block, {**given, **first}, values)
        except Mistake as mistake:
            self._blame(mistake, first)
            raise

    def _blame(self, mistake: Mistake, first: Values) -> None:
        """Lead a mistake about a parameter to where it is written: ``first``, or an item of ``with``."""
        if mistake.option != "with" or not mistake.at:
            return
        name = mistake.at[0]
        if name in first:
            mistake.option = "first"
        elif isinstance(self.parameters, tuple):
            mistake.at, mistake.at_key = (self.parameters.index(str(name)),), False


def _passed(context: Context, index: int, name: str) -> object:
    try:
        return context.bound(name)
    except Mistake as mistake:
        mistake.option, mistake.at = "with", (index,)
        raise


def _variables(value: object) -> str | tuple[str, ...]:
    if is_list(value):
        names = tuple(within(index, variable, name) for index, name in enumerate(value))
        if not names:
            expected("a variable, or a list of variables", value)
        for index, name in enumerate(names):
            if name in names[:index]:
                help_ = "give each variable a name of its own"
                raise Mistake("E305", f"`for` names `{name}` twice", help=help_, at=(index,))
        return names
    return variable(value)


def _rows(value: object) -> Sequence[object]:
    if not is_list(value):
        expected("a list", value, help="as in `in: [64, 128]`, or rows: `in: [[64, 3], [128, 4]]`")
    return value


_VARIABLES: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


@final
class ForLayer(Layer):
    """Its layers once for each value, or each row of values, of a list."""

    kind: ClassVar[str] = "for"
    value_field: ClassVar[str] = "variables"
    structural: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = ("layers",)

    variables: Annotated[str | tuple[str, ...], *literal(_variables, _VARIABLES)] = Field(
        description="The variable, or the variables of a row."
    )
    rows: Annotated[Sequence[object], *option(_rows, {"type": "array"})] = Field(
        alias="in", description="The values, or rows."
    )
    layers: Layers = Field(description="What each makes.")

    def build(self, context: Context, *values: Value) -> Value:
        """The last row's last value."""
        rows = [self._bind(index, row) for index, row in enumerate(self.rows)]
        return context.loop(rows, self.layers, one(values, self.kind))

    def _bind(self, index: int, row: object) -> Mapping[str, Any]:
        if isinstance(self.variables, str):
            return {self.variables: row}
        cells: list[object] = row if is_list(row) else [row]
        if len(cells) != len(self.variables):
            raise Mistake(
                "E202",
                f"a row has one value for each of {', '.join(f'`{name}`' for name in self.variables)}",
                label=f"row {index} has {len(cells)} for {len(self.variables)}",
                help="write each row as a list as long as that of the variables, as in `[[64, 3], [128, 4]]`",
                option="in",
                at=(index,),
            )
        return dict(zip(self.variables, cells, strict=True))


@final
class HeadLayer(Layer):
    """A side chain that starts here and ends in an output; the main chain goes on from before it.

    With ``train_only: true`` it is absent in evaluation and from ONNX.
    """

    kind: ClassVar[str] = "head"
    value_field: ClassVar[str] = "output"
    structural: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = ("layers",)

    output: Identifier = Field(description="The output's name.")
    layers: Layers = Field(description="The side chain.")
    train_only: Flag = Field(False, description="Whether it runs in training alone.")

    def build(self, context: Context, *values: Value) -> Value:
        """The chain's end, which the main chain does not read."""
        x = one(values, self.kind)
        return context.head(self.output, self.layers, x, train_only=self.train_only)


LAYERS: tuple[type[Layer], ...] = (UseLayer, ForLayer, HeadLayer)
