"""Reads lists of layers: finds each layer's kind, reads its options, reports every mistake at its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic, Span
from netc.errors import Mistake
from netc.expressions import Expression
from netc.language.kinds import find_kind, unknown_kind
from netc.language.reserved import why_taken
from netc.language.sharing import misplaced_sharing
from netc.language.spec import LayerSpec
from netc.language.values import Inherited, RefusedError, Report, diagnosis, plain
from netc.layers.base import COMMON_OPTIONS, Common, LayerList, validated
from netc.layers.options import DEFERRED
from netc.layers.registry import KINDS, model_of
from netc.layers.words import shown
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Collection

    from netc.language.defaults import Defaults
    from netc.layers.base import Layer

_LINES = "write each layer on a line of its own, after `- `"
_LISTS = "a branch is a list of its own, as in `- [{conv: 64, kernel: 3}]`"
_BRANCH_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")


class LayersReader:
    """Reads the lists of layers of one file, whose defaults reach them all and whose ``params`` they see."""

    def __init__(self, report: Report, defaults: Defaults, params: Collection[str] = ()) -> None:
        self.report = report
        self.defaults = defaults
        self.params = params

    def read(self, tree: Tree, what: str, help_: str = _LINES) -> LayerList:
        """The layers of a list; those that cannot be read are reported and broken."""
        if isinstance(tree, Refused):
            return LayerList(())
        if not isinstance(tree, Sequence):
            message = f"`{what}` needs a list of layers"
            self.report(Diagnostic("E202", "error", message, tree.span, help=help_))
            return LayerList(())
        return LayerList([self.layer(item) for item in tree.items])

    def layer(self, tree: Tree) -> LayerSpec:
        """One layer."""
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            return self._bare(tree)
        if isinstance(tree, Mapping) and tree.entries:
            return self._mapping(tree)
        broken = LayerSpec(tree, None, self.defaults)
        broken.broken = True
        if not isinstance(tree, Refused):
            found = "a list" if isinstance(tree, Sequence) else "nothing"
            if isinstance(tree, Scalar) and tree.value is not None:
                found = shown(tree.value)
            help_ = "a layer is a mapping such as `{conv: 64, kernel: 3}`, or a kind alone such as `flatten`"
            self._report("E204", f"expected a layer, got {found}", tree.span, help_)
        return broken

    def _report(self, code: str, message: str, span: Span, help_: str = "") -> None:
        self.report(Diagnostic(code, "error", message, span, help=help_))

    def _bare(self, scalar: Scalar) -> LayerSpec:
        """A kind that stands alone."""
        kind = scalar.text
        if kind not in KINDS:
            unknown_kind([scalar], self.report)
            spec = LayerSpec(scalar, None, self.defaults)
            spec.broken = True
            return spec
        spec = LayerSpec(scalar, model_of(kind), self.defaults)
        self._validate(spec)
        return spec

    def _mapping(self, tree: Mapping) -> LayerSpec:
        kind = find_kind(tree, self.report)
        if kind is None:
            first = next(iter(tree.entries.values()))[0]
            spec = LayerSpec(first, None, self.defaults)
            spec.broken = True
            self._common(spec, tree)
            return spec
        spec = LayerSpec(tree.entries[kind][0], model_of(kind), self.defaults)
        spec.order = tuple(tree.entries)
        spec.broken = tree.incomplete
        self._common(spec, tree)
        self._options(spec, tree, kind)
        self._validate(spec)
        return spec

    def _common(self, spec: LayerSpec, tree: Mapping) -> None:
        """The options that every layer takes."""
        given: dict[str, object] = {}
        for key in tree.entries:
            if key in COMMON_OPTIONS:
                spec.trees[key] = tree.entries[key]
                try:
                    value, deferred = plain(tree.entries[key][1], self.report)
                except RefusedError:
                    spec.broken = True
                    continue
                if key == "if":
                    spec.condition = value
                elif key == "repeat":
                    spec.repeat = value
                elif key == "frozen":
                    spec.frozen = value
                given[key] = DEFERRED if deferred else value
        if not given:
            return
        common, mistakes = validated(Common, given)
        self._mistakes(spec, mistakes)
        if common is not None:
            spec.common = common
            self._check_name(spec, common.name)
            self._mistakes(spec, list(misplaced_sharing(spec, tree)))
            return
        wrong = {mistake.option for mistake in mistakes}
        common, _ = validated(Common, {key: value for key, value in given.items() if key not in wrong})
        name = given.get("name")
        if common is not None and "name" in wrong and isinstance(name, str):  # others may read it
            common = common.model_copy(update={"name": name})
        if common is not None:
            spec.common = common

    def _check_name(self, spec: LayerSpec, name: str | None) -> None:
        if name and spec.kind == "head":
            help_ = "leave `name` out: a head is named by its output"
            self._mistakes(spec, [Mistake("E206", "`head` takes no `name`", help=help_, option="name")])
        reason = why_taken(name) if name else ""
        if reason:
            mistake = Mistake(
                "E305", f"no layer can be named `{name}`", help=f"{reason}: choose another", option="name"
            )
            self._mistakes(spec, [mistake])

    def _options(self, spec: LayerSpec, tree: Mapping, kind: str) -> None:
        model = model_of(kind)
        for key, (scalar, value) in tree.entries.items():
            if key in COMMON_OPTIONS:
                continue
            name = (model.value_field or key) if key == kind else key
            if key == model.value_field and key != kind:
                mistake = Mistake("E201", f"`{kind}` has no option `{key}`", help=f"write it as `{kind}: …`")
                spec.broken = True
                self.report(diagnosis(mistake, scalar.span))
                continue
            if isinstance(value, Scalar) and value.value is None and key == kind and not model.holds:
                continue
            spec.trees[name] = (scalar, value)
            try:
                spec.options[name] = self._option(spec, model, key, value)
            except RefusedError:
                spec.broken = True

    def _option(self, spec: LayerSpec, model: type[Layer], key: str, tree: Tree) -> object:
        if key not in model.holds:
            return plain(tree, self.report)[0]
        if model.kind == "branches":
            return self._branches(spec, tree)
        if isinstance(tree, Sequence):
            return self._held(spec, tree, key)
        return plain(tree, self.report)[0]

    def _held(self, spec: LayerSpec, tree: Tree, what: str) -> LayerList:
        layers = self.read(tree, what, _LINES if what in {"layers", "residual"} else _LISTS)
        spec.lists.append(layers)
        return layers

    def _branches(self, spec: LayerSpec, tree: Tree) -> object:
        if isinstance(tree, Sequence):
            return {
                f"branch{index}": self._held(spec, item, f"branch{index}")
                for index, item in enumerate(tree.items)
            }
        if not isinstance(tree, Mapping):
            return plain(tree, self.report)[0]
        for name, (key, _) in tree.entries.items():
            if not _BRANCH_NAME.fullmatch(name):
                help_ = "letters, digits and `_`, at most 64"
                self._report("E202", f"{shown(name)} is no name for a branch", key.span, help_)
                spec.broken = True
            elif reason := why_taken(name):
                self._report(
                    "E305", f"no branch can be named `{name}`", key.span, f"{reason}: choose another"
                )
                spec.broken = True
        return {name: self._held(spec, item, name) for name, (_, item) in tree.entries.items()}

    def _validate(self, spec: LayerSpec) -> None:
        """Check the options as written; an expression satisfies any."""
        if spec.model is None:
            return
        options = spec.defaults.complete(spec.model, spec.options)
        deferred = {key: _as_checked(spec.model, key, value) for key, value in options.items()}
        spec.broken = spec.broken or spec.defaults.fail(spec.kind)
        if spec.model.value_field not in options and self._value_missing(spec):
            return
        layer, mistakes = validated(spec.model, deferred)
        if spec.broken:  # what is missing may be what could not be read
            mistakes = [mistake for mistake in mistakes if mistake.code != "E203"]
        nested = spec.options.get(spec.model.value_field)
        if is_mapping(nested):  # options below the kind are misplaced, not missing
            mistakes = [one for one in mistakes if one.code != "E203" or one.option not in nested]
        if spec.kind == "use" and "first" in spec.options and "repeat" not in spec.trees:
            help_ = "give it a `repeat`, or write these params in `with`"
            mistakes.append(
                Mistake(
                    "E206",
                    "`first` is for the first turn of a `repeat`",
                    help=help_,
                    option="first",
                    at_key=True,
                )
            )
        self._mistakes(spec, mistakes)
        if layer is None or spec.broken or any(value is DEFERRED for value in deferred.values()):
            return
        try:
            layer.rules()
        except Mistake as mistake:
            self._mistakes(spec, [mistake])
        else:
            spec.layer = layer

    def _value_missing(self, spec: LayerSpec) -> bool:
        if spec.model is None or not spec.model.value_field:
            return False
        field = spec.model.model_fields[spec.model.value_field]
        if not field.is_required():
            return False
        if spec.broken:
            return True
        text = (field.description or "its value").rstrip(".").replace("`", "")
        mistake = Mistake(
            "E203", f"`{spec.kind}` needs a value", help=f"as in `{spec.kind}: …`: {lowered(text)}"
        )
        self._mistakes(spec, [mistake])
        return True

    def _mistakes(self, spec: LayerSpec, mistakes: list[Mistake]) -> None:
        for mistake in mistakes:
            spec.broken = True
            if mistake.code == "E203" and mistake.option and mistake.option not in spec.trees:
                mistake.message = f"`{spec.kind}` needs `{mistake.option}`"
                mistake.help = mistake.help or f"write `{mistake.option}: …` beside `{spec.kind}`"
            if mistake.code == "E202" and not mistake.help:
                mistake.help = self._meant(spec, mistake)
            self.report(diagnosis(spec.explain(mistake), spec.place(mistake)))

    def _meant(self, spec: LayerSpec, mistake: Mistake) -> str:
        """What the value of an option may have been meant to be."""
        value = spec.options.get(mistake.option or "")
        if isinstance(value, str) and value in self.params:
            return f"did you mean `${value}`?"
        kind_value = spec.model is not None and mistake.option == spec.model.value_field
        if kind_value and is_mapping(value) and value and not mistake.at:
            return f"options stand beside the kind, as in `{{{spec.kind}: …, name: …}}`"
        return ""


def lowered(text: str) -> str:
    """A sentence's first letter made small, to follow a colon."""
    return text[:1].lower() + text[1:]


def _as_checked(model: type[Layer], option: str, value: object) -> object:
    """What a model checks: an expression satisfies any option, but where layers are due no mapping does."""
    key = model.kind if option == model.value_field else option
    no_layers = key in model.holds and is_mapping(value)
    return DEFERRED if is_deferred(value) and not no_layers else value


def is_deferred(value: object) -> bool:
    """Whether an expression stands anywhere in a plain value."""
    if isinstance(value, str | int | float | bool | LayerList) or value is None:
        return False
    if is_list(value):
        return any(map(is_deferred, value))
    if is_mapping(value):
        return any(map(is_deferred, value.values()))
    return isinstance(value, Expression | Inherited)
