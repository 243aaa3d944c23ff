"""Finds which key of a layer is its kind, and what a word that is none may have meant."""

from __future__ import annotations

from netc.diagnostics import Diagnostic, Span
from netc.language.values import Report
from netc.layers.base import COMMON_OPTIONS, option_names
from netc.layers.registry import KINDS, model_of
from netc.layers.words import nearest
from netc.reader import Mapping, Scalar


def find_kind(tree: Mapping, report: Report) -> str | None:
    """The one key that is the kind; nothing where there is none, or several, which is reported.

    A key that another key's kind takes as an option is an option.
    """
    named = [key for key in tree.entries if key in KINDS]
    if len(named) > 1:
        left = [
            key
            for key in named
            if not any(key in option_names(model_of(other)) for other in named if other != key)
        ]
    else:
        left = named
    if len(left) == 1:
        return left[0]
    keys = [key for key, _ in tree.entries.values()]
    if left:
        second = tree.entries[left[1]][0]
        listed = " and ".join(f"`{key}`" for key in left)
        help_ = "one layer has one kind: give each a `- ` of its own"
        _error(report, "E204", f"{listed} are both layer kinds", second.span, help_)
    else:
        unknown_kind(keys, report)
    return None


def unknown_kind(keys: list[Scalar], report: Report) -> None:
    """Report a layer none of whose keys is a kind, at the key that may have meant one."""
    options = {*COMMON_OPTIONS, *(name for kind in KINDS for name in option_names(model_of(kind)))}
    left = [key for key in keys if key.text not in options] or keys
    hints = [_kind_meant(key.text) for key in left]
    for key, hint in zip(left, hints, strict=True):
        if hint or len(left) == 1:
            help_ = hint or "`netc kinds` lists them"
            _error(report, "E204", f"there is no layer kind `{key.text}`", key.span, help_)
            return
    listed = ", ".join(f"`{key.text}`" for key in keys)
    _error(
        report, "E204", f"none of the keys {listed} is a layer kind", keys[0].span, "`netc kinds` lists them"
    )


def _error(report: Report, code: str, message: str, span: Span, help_: str) -> None:
    report(Diagnostic(code, "error", message, span, help=help_))


def _kind_meant(word: str) -> str:
    """What a word that is no kind may mean: a value of some kind, or a near kind."""
    before, colon, after = word.partition(":")
    if colon and before in KINDS:
        return f"a space is missing after the colon: `{before}: {after}`"
    written = _written_as(word.lower())
    return f"write `{written}`" if written else nearest(word, tuple(KINDS))


def _written_as(word: str) -> str:
    """How a layer that other libraries call ``word`` is written, or nothing."""
    from netc.layers.activation import FUNCTIONS  # noqa: PLC0415  # loaded where a kind is unknown

    if word in FUNCTIONS and word != "none":
        return f"act: {word}"
    if word in {"add", "concat", "mul"}:
        return f"merge: {word}"
    compact = word.replace("_", "")
    names = {"batchnorm": "norm: batch", "bn": "norm: batch", "layernorm": "norm: layer"}
    names |= {"instancenorm": "norm: instance", "rmsnorm": "norm: rms", "groupnorm": "norm: group"}
    pools = {"maxpool": "pool: max", "avgpool": "pool: avg", "averagepool": "pool: avg"}
    return {**names, **pools}.get(compact.removesuffix("2d"), "")
