"""Finds which key of a layer is its kind, and what a word that is none may have meant."""

from __future__ import annotations

import re

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
    keys = [key for key, _ in tree.entries.values()]
    if len(left) == 1:
        return None if _is_an_option(left[0], keys, report) else left[0]
    if left:
        second = tree.entries[left[1]][0]
        listed = " and ".join(f"`{key}`" for key in left)
        help_ = "one layer has one kind: give each a `- ` of its own"
        _error(report, "E204", f"{listed} are both layer kinds", second.span, help_)
    else:
        unknown_kind(keys, report)
    return None


def _is_an_option(kind: str, keys: list[Scalar], report: Report) -> bool:
    """Whether a kind, such as `act`, is here an option of a word that means another, which is reported."""
    own = {kind, *COMMON_OPTIONS, *option_names(model_of(kind))}
    foreign = [key for key in keys if key.text not in own]
    if not foreign:
        return False
    options = _every_option()
    for key in foreign if kind in options else ():
        misspelled = key.text in options or nearest(key.text, tuple(own))
        if not misspelled and (hint := kind_meant(key.text)):
            _error(report, "E204", f"there is no layer kind `{key.text}`", key.span, hint)
            return True
    return False


def _every_option() -> set[str]:
    return {*COMMON_OPTIONS, *(name for kind in KINDS for name in option_names(model_of(kind)))}


def unknown_kind(keys: list[Scalar], report: Report) -> None:
    """Report a layer none of whose keys is a kind, at the key that may have meant one."""
    options = _every_option()
    left = [key for key in keys if key.text not in options] or keys
    hints = [kind_meant(key.text) for key in left]
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


def kind_meant(word: str) -> str:
    """The way out for a word that is no kind: the kind, or a kind's value, that it may mean; or nothing."""
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
    plain = re.sub(r"_|[123]d$", "", word).replace("pooling", "pool").replace("average", "avg")
    names = {"batchnorm": "norm: batch", "bn": "norm: batch", "layernorm": "norm: layer", "lrn": "norm: lrn"}
    names |= {"instancenorm": "norm: instance", "rmsnorm": "norm: rms", "groupnorm": "norm: group"}
    names |= {"maxpool": "pool: max", "avgpool": "pool: avg", "identity": "act: none"}
    names |= {
        "globalmaxpool": "global_pool: max",
        "globalavgpool": "global_pool: avg",
        "gap": "global_pool: avg",
    }
    return names.get(plain, "")
