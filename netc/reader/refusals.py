"""What is said about YAML that is well formed and yet no part of a spec."""

from __future__ import annotations

from netc.diagnostics.model import Diagnostic, Note, Span

_REUSE = "name layers that are used again under `blocks`, values that are used again under `params`"

_TAG_HELP = {
    **dict.fromkeys(("!!str", "!!binary"), "remove it; a value in quotes is always text"),
    **dict.fromkeys(
        ("!!int", "!!float", "!!bool", "!!null"),
        "remove it; a number, `true`, `false` or `null` without quotes is what it looks like",
    ),
    **dict.fromkeys(
        ("!include", "!import", "!inc"),
        "list the file under `import` and place its blocks with `use: file.block`",
    ),
    **dict.fromkeys(("!ref", "!Ref", "!env", "!var"), "declare the value under `params` and write `$name`"),
}
_ANY_TAG_HELP = (
    "remove it: a value's type follows from how it is written; text that begins with `!` needs quotes"
)


def shown(text: str) -> str:
    """``text`` on one line, in backticks, cut at 40 characters, what cannot be printed escaped.

    Empty text is shown as a pair of quotes.
    """
    if not text:
        return '`""`'
    cut = text if len(text) <= 40 else f"{text[:39]}…"
    return "`" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut) + "`"


def duplicate_key(key: str, span: Span, first: Span, *, in_list: bool) -> Diagnostic:
    """``key`` stands at ``span`` although its mapping has it at ``first``; ``in_list``: a list's item."""
    way_out = "keep one of the two" + ("; the next item of the list begins with `- `" if in_list else "")
    return Diagnostic(
        "E102",
        "error",
        f"the key {shown(key)} is written twice in one mapping",
        span,
        help=way_out,
        notes=(Note("first written here", first),),
    )


def anchor(text: str, span: Span) -> Diagnostic:
    """An anchor, written as ``text``."""
    return _refused(f"the anchor {shown(text)} is not part of a spec", _REUSE, span)


def alias(text: str, span: Span) -> Diagnostic:
    """An alias, written as ``text``."""
    return _refused(f"the alias {shown(text)} is not part of a spec", _REUSE, span)


def merge_key(span: Span) -> Diagnostic:
    """A key ``<<``."""
    return _refused(
        "the merge key `<<` is not part of a spec",
        "put options that many layers share under `defaults`, layers that are used again under `blocks`",
        span,
    )


def tag(text: str, span: Span) -> Diagnostic:
    """A tag, written as ``text``."""
    return _refused(f"the tag {shown(text)} is not part of a spec", _TAG_HELP.get(text, _ANY_TAG_HELP), span)


def directive(text: str, span: Span) -> Diagnostic:
    """A directive line, ``text`` from its ``%`` on."""
    return _refused(
        f"the directive {shown(text.rstrip())} is not part of a spec",
        "remove the line: a spec is YAML 1.2, and `netc: 1` states its version",
        span,
    )


def complex_key(kind: str, span: Span) -> Diagnostic:
    """A key that is a ``kind`` ("mapping" or "list")."""
    return _refused(
        f"a key is a {kind}",
        "a key is a word or a number; text that begins with `{`, `[` or `? ` needs quotes",
        span,
    )


def second_document(span: Span) -> Diagnostic:
    """A second document begins at ``span``."""
    return _refused(
        "a second document begins here, and a spec is one",
        "put it into a file of its own",
        span,
    )


def _refused(message: str, way_out: str, span: Span) -> Diagnostic:
    return Diagnostic("E103", "error", message, span, help=way_out)
