"""From the spanned tree to the document: every key known, every type checked, expressions parsed."""

from __future__ import annotations

from netc.diagnostics import Diagnostic, Span
from netc.errors import Mistake
from netc.language.blocks import read_block, read_imports, read_values
from netc.language.defaults import Defaults, check_default
from netc.language.document import Block, Document, Input, InputSpec, OutputSpec, Written
from netc.language.layers import LayersReader, is_deferred
from netc.language.reserved import why_taken
from netc.language.values import UNREADABLE, RefusedError, Report, diagnosis, inherit, locate, plain
from netc.layers.base import LayerList, validated
from netc.layers.init import initializers
from netc.layers.options import DEFERRED, NAME
from netc.layers.registry import KINDS
from netc.layers.words import nearest, shown
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree
from netc.reader.plain import is_mapping

_NO_DEFAULTS = ("use", "for", "head", "layers")


def parse(tree: Tree, report: Report) -> Document | None:
    """The document that a tree says, or nothing where it is none; every mistake is reported."""
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Refused):
            found = "a list" if isinstance(tree, Sequence) else "a single value"
            empty = isinstance(tree, Scalar) and tree.value is None
            help_ = "a spec is a mapping that begins with `netc: 1`"
            message = "the file is empty" if empty else f"expected a spec, got {found}"
            report(Diagnostic("E105", "error", message, tree.span, help=help_))
        return None
    return _Parser(tree, report).document()


class _Parser:
    def __init__(self, tree: Mapping, report: Report) -> None:
        self.tree = tree
        self.report = report
        self.broken = False

    def document(self) -> Document | None:
        entries = self.tree.entries
        if "netc" not in entries:
            start = self.tree.span
            place = Span(start.file, start.line, start.column, start.line, start.column + 1)
            if not self.tree.incomplete:
                self._report(
                    "E105", "this is no netc spec: the key `netc` is missing", place, "begin with `netc: 1`"
                )
            return None
        values: dict[str, object] = {}
        defaults = self._defaults(entries["defaults"][1]) if "defaults" in entries else Defaults({})
        params = entries["params"][1] if "params" in entries else None
        names = tuple(params.entries) if isinstance(params, Mapping) else ()
        reader = LayersReader(self.report, defaults, names)
        for key, (scalar, tree) in entries.items():
            try:
                values[key] = defaults if key == "defaults" else self._value(key, scalar, tree, reader)
            except RefusedError:
                self.broken = True
        document, mistakes = validated(Document, values)
        for mistake in mistakes:
            self._mistake(mistake)
        wrong = {mistake.option for mistake in mistakes}
        if document is None and "netc" not in wrong:  # the rest is checked all the same
            document, _ = validated(
                Document, {key: value for key, value in values.items() if key not in wrong}
            )
        if document is None or self.broken:
            return document
        self._check_whole(document)
        return document

    def _report(self, code: str, message: str, span: Span, help_: str = "") -> None:
        self.broken = True
        self.report(Diagnostic(code, "error", message, span, help=help_))

    def _found(self, diagnostic: Diagnostic) -> None:
        self.broken = True
        self.report(diagnostic)

    def _mistake(self, mistake: Mistake, base: tuple[Scalar, Tree] | None = None) -> None:
        """Report a mistake at the key or value that it blames, below ``base`` or the document."""
        self.broken = True
        if base is None:
            base = self.tree.entries.get(mistake.option or "")
        if base is None:
            self.report(diagnosis(mistake, self.tree.span))
            return
        key, value = base
        place = key if mistake.at_key and not mistake.at else locate(value, mistake.at, at_key=mistake.at_key)
        self.report(diagnosis(mistake, place.span))

    def _value(self, key: str, scalar: Scalar, tree: Tree, reader: LayersReader) -> object:
        match key:
            case "name" | "doc" | "netc":
                if isinstance(tree, Scalar):
                    return tree.text if key == "doc" and isinstance(tree.value, str) else tree.value
                return plain(tree, self.report)[0]
            case "input":
                return {"input": self._input(scalar, tree)}
            case "inputs":
                return self._inputs(tree)
            case "dims":
                from netc.language.dims import read_dims  # noqa: PLC0415  # most specs have none

                return read_dims(tree, self._found)
            case "params":
                return read_values(tree, self.report, "params")
            case "variants":
                return self._variants(tree)
            case "import":
                return read_imports(tree, self.report)
            case "blocks":
                return self._blocks(scalar, tree, reader)
            case "layers":
                return reader.read(tree, "layers")
            case "outputs":
                return self._outputs(tree)
            case _:
                return None

    def _input(self, key: Scalar, tree: Tree) -> InputSpec:
        value, _ = plain(tree, self.report)
        options = value if is_mapping(value) else {"shape": value}
        deferred = {name: DEFERRED if is_deferred(item) else item for name, item in options.items()}
        _, mistakes = validated(Input, deferred)
        for mistake in mistakes:
            if isinstance(tree, Mapping) and mistake.option in tree.entries:
                self._mistake(mistake, tree.entries[mistake.option])
            else:
                self._mistake(mistake, (key, tree))
        return InputSpec({} if mistakes else options, tree, key)

    def _inputs(self, tree: Tree) -> dict[str, InputSpec]:
        if not isinstance(tree, Mapping) or not tree.entries:
            self._report(
                "E202", "`inputs` is a mapping of names to shapes", tree.span, "as in `{left: [3, 64, 64]}`"
            )
            return {}
        result: dict[str, InputSpec] = {}
        for name, (key, value) in tree.entries.items():
            if not NAME.fullmatch(name):
                help_ = "letters, digits and `_`, no digit first, at most 64"
                self._report("E202", f"{shown(name)} is no name for an input", key.span, help_)
                result[name] = InputSpec({}, value, key)
            elif name != "input" and (reason := why_taken(name)):
                self._report("E305", f"no input can be named `{name}`", key.span, f"{reason}: choose another")
                result[name] = InputSpec({}, value, key)
            else:
                result[name] = self._input(key, value)
        return result

    def _variants(self, tree: Tree) -> dict[str, dict[str, Written]]:
        if not isinstance(tree, Mapping):
            help_ = "as in `large: {width: 128}`"
            self._report("E202", "`variants` is a mapping of names to values for params", tree.span, help_)
            return {}
        return {
            name: read_values(item, self.report, f"variant {name}")
            for name, (_, item) in tree.entries.items()
        }

    def _blocks(self, scalar: Scalar, tree: Tree, reader: LayersReader) -> dict[str, Block]:
        if not isinstance(tree, Mapping):
            help_ = "as in `blocks: {basic: {layers: [{conv: 64, kernel: 3}]}}`"
            self._report("E202", "`blocks` is a mapping of names to blocks", tree.span, help_)
            return {UNREADABLE: Block("", {}, (), LayerList(()), scalar, broken=True)}
        return {name: read_block(name, key, item, reader) for name, (key, item) in tree.entries.items()}

    def _outputs(self, tree: Tree) -> tuple[OutputSpec, ...]:
        if isinstance(tree, Sequence):
            pairs = [(item.value if isinstance(item, Scalar) else None, item, item) for item in tree.items]
        elif isinstance(tree, Mapping):
            pairs = [(name, key, item) for name, (key, item) in tree.entries.items()]
        else:
            self._report(
                "E202",
                "`outputs` is a list of names, or a mapping of outputs to layers",
                tree.span,
                "as in `[features]`",
            )
            return ()
        result: list[OutputSpec] = []
        for name, key, item in pairs:
            source = item.value if isinstance(item, Scalar) else None
            if not isinstance(name, str) or not isinstance(source, str):
                self._report(
                    "E202",
                    "an output is the name of a head or a layer",
                    item.span,
                    "as in `outputs: [features]`",
                )
            elif isinstance(tree, Mapping) and not NAME.fullmatch(name):
                help_ = "letters, digits and `_`, no digit first, at most 64"
                self._report("E202", f"{shown(name)} is no name for an output", key.span, help_)
            else:
                result.append(OutputSpec(name, source, key, item))
        if not result and not self.broken:
            self._report(
                "E202", "`outputs` names no output", tree.span, "leave it out to have the last value"
            )
        return tuple(result)

    def _defaults(self, tree: Tree) -> Defaults:
        if not isinstance(tree, Mapping):
            if not isinstance(tree, Refused):
                help_ = "as in `defaults: {conv: {act: relu, padding: same}}`"
                self._report("E202", "`defaults` is a mapping of kinds to options", tree.span, help_)
            return Defaults({}, broken={UNREADABLE})
        kinds: dict[str, dict[str, object]] = {}
        init: object = None
        broken: set[str] = {UNREADABLE} if tree.incomplete else set()
        for kind, (key, item) in tree.entries.items():
            if kind == "init":
                init = self._default_init(key, item)
                continue
            if kind not in KINDS or kind in _NO_DEFAULTS:
                self._no_default(kind, key)
                broken.add(kind if kind in KINDS else UNREADABLE)
                continue
            if isinstance(item, Mapping):
                kinds[kind] = self._kind_defaults(kind, item)
            if not isinstance(item, Mapping) or item.incomplete or len(kinds[kind]) < len(item.entries):
                broken.add(kind)
            if not isinstance(item, Mapping | Refused):
                self._report(
                    "E202",
                    f"the defaults of `{kind}` are a mapping of its options",
                    item.span,
                    f"as in `{kind}: {{act: relu}}`",
                )
        return Defaults(kinds, init, broken)

    def _no_default(self, kind: str, key: Scalar) -> None:
        if kind in KINDS:
            self._report("E201", f"`{kind}` has no defaults", key.span, f"write its options at each `{kind}`")
        else:
            hint = nearest(kind, (*KINDS, "init")) or "`netc kinds` lists them"
            self._report("E204", f"there is no layer kind `{kind}`", key.span, hint)

    def _default_init(self, key: Scalar, tree: Tree) -> object:
        try:
            value, deferred = plain(tree, self.report)
            if not deferred:
                initializers(value)
        except RefusedError:
            return None
        except Mistake as mistake:
            self._mistake(mistake, (key, tree))
            return None
        return inherit(value)

    def _kind_defaults(self, kind: str, tree: Mapping) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, (scalar, item) in tree.entries.items():
            try:
                value, deferred = plain(item, self.report)
                check_default(kind, key, DEFERRED if deferred else value)
            except RefusedError:
                continue
            except Mistake as mistake:
                self._mistake(mistake, (scalar, item))
            else:
                result[key] = inherit(value)
        return result

    def _check_whole(self, document: Document) -> None:
        """What no key alone can say."""
        entries = self.tree.entries
        if document.input and document.inputs:
            place = entries["inputs"][0].span
            self._report("E206", "`input` and `inputs` exclude each other", place, "keep one of them")
        if document.is_library:
            for key in ("outputs", "dims"):
                if key in entries:
                    message = f"a library of blocks has no {key}"
                    place = entries[key][0].span
                    self._report("E206", message, place, "write `input:` and `layers:`, too")
            if "outputs" in entries or "dims" in entries:
                return
            if not document.blocks and not self.broken:
                self._report(
                    "E203",
                    "the spec has no `layers`",
                    entries["netc"][0].span,
                    "write `input:` and `layers:`, or `blocks:` alone",
                )
            return
        if document.layers is None:
            self._report(
                "E203", "the spec has an input and no `layers`", entries["netc"][0].span, "write `layers:`"
            )
        if not document.all_inputs:
            help_ = "as in `input: [3, 224, 224]`: channels, height, width"
            self._report("E203", "the spec has layers and no `input`", entries["netc"][0].span, help_)
