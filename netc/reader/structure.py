"""What is said where brackets, keys and list items do not fit together."""

from __future__ import annotations

import re

from netc.diagnostics.model import Diagnostic, Note
from netc.reader.fault import Fault, error, found, word
from netc.reader.refusals import shown
from netc.reader.source import Source


def in_flow(source: Source, fault: Fault) -> Diagnostic:
    """A sequence or mapping in brackets is not closed, or not well separated."""
    opening = fault.begun if fault.opening is None else fault.opening
    bracket = source.text[opening]
    closing = "}" if bracket == "{" else "]"
    bracket_span = source.span(opening, opening + 1)
    expression = expression_help(source, opening, fault.place)
    if not source.text[fault.place :].strip(" \t\r\n"):
        message = f"the `{bracket}` is never closed"
        return error(message, bracket_span, expression or f"write the `{closing}` where it ends")
    met = found(source, fault.place)
    if fault.problem == "did not find expected node content":
        message = f"{met} stands where a value is expected"
        way_out = expression or "write a value before it, or put it in quotes if it is text"
    else:
        message = f"{met} stands where `,` or `{closing}` is expected"
        line, last_line = source.place(opening)[0], source.place(fault.place)[0]
        where = "behind the last" if line == last_line else f"where the `{bracket}` of line {line} ends"
        way_out = expression or f"put `,` between the entries, and `{closing}` {where}"
    notes = (Note(f"the `{bracket}` is opened here", bracket_span),)
    return error(message, word(source, fault.place), way_out, notes)


_EXPRESSION = re.compile(r"[\[{].*\$\([^\n\r\"'$]*?[,\[\]{}]")


def expression_help(source: Source, opening: int | None, place: int) -> str:
    """The way out where brackets hold an expression that YAML takes apart, or nothing.

    They are open since ``opening``, else since somewhere in the line of ``place``.
    """
    start = source.text.rfind("\n", 0, place) + 1 if opening is None else opening
    if not _EXPRESSION.search(source.text, start, source.line_end(place)):
        return ""
    return 'inside `{…}` and `[…]` an expression that holds `, [ ] { }` must be quoted: "$(max(a, b))"'


def node_content(source: Source, fault: Fault) -> Diagnostic:
    """What cannot begin a value stands where one is expected."""
    if fault.opening is not None:
        return in_flow(source, fault)
    return _stray(source, fault) or error(
        f"{found(source, fault.place)} cannot begin a value",
        word(source, fault.place),
        "put the value in quotes if it is text",
    )


def _stray(source: Source, fault: Fault) -> Diagnostic | None:
    """A closing bracket without its opening, or text behind what is closed already."""
    text, place = source.text, fault.place
    span = word(source, place)
    if text[place : place + 1] in ("]", "}"):
        opening = "[" if text[place] == "]" else "{"
        return error(
            f"`{text[place]}` closes nothing", span, f"remove it, or write the `{opening}` it belongs to"
        )
    before = text[source.line_start(place) : place].rstrip()
    if before.endswith(("'", '"')) and place < len(text):
        quote = before[-1]
        inside = "''" if quote == "'" else '\\"'
        message = f"{found(source, place)} follows a closing `{quote}`"
        return error(
            message, span, f"put all of the value into the quotes; a `{quote}` inside is written `{inside}`"
        )
    if before.endswith(("]", "}")) and place < len(text):
        message = f"{found(source, place)} follows a closing `{before[-1]}`"
        comma = text[place] == ","
        way_out = "remove it" if comma else "begin a new line, or put it in front of the bracket, after a `,`"
        return error(message, span, way_out)
    return None


def out_of_line(source: Source, fault: Fault) -> Diagnostic:
    """A line among keys, or among list items, that is neither or is indented otherwise."""
    stray = _stray(source, fault)
    if stray:
        return stray
    span = word(source, fault.place)
    _, column = source.place(fault.place)
    _, expected = source.place(fault.begun)
    in_list = "'-'" in fault.problem
    members = "list items" if in_list else "keys"
    notes = (Note(f"the {members} begin here", source.span(fault.begun, fault.begun + 1)),)
    is_item = re.match(r"-(?:\s|\Z)", source.text[fault.place : fault.place + 2])
    if column == expected and in_list:
        message = f"{found(source, fault.place)} stands among list items and has no `- `"
        return error(message, span, "write `- ` in front of it, or indent it under the item above", notes)
    if column == expected and is_item:
        message = "a list item stands among the keys of a mapping"
        way_out = "line its `- ` up with the other items, or write the key of its list on a line above"
        return error(message, span, way_out, notes)
    if column == expected:
        message = f"{found(source, fault.place)} stands where a key is expected"
        return error(message, span, "write `key: value`; text that begins with a sign needs quotes", notes)
    label = f"it begins in column {column}, the {members} around it in column {expected}"
    message = "this line is indented like nothing above it"
    return error(message, span, f"line it up with the {members} that it belongs to", notes, label)


def colon(source: Source, fault: Fault) -> Diagnostic:
    """A ``:`` where no key can end."""
    start = source.line_start(fault.place)
    before = source.text[start : fault.place]
    span = source.span(fault.place, fault.place + 1)
    if re.search(r":\s", before):
        way_out = "put a value that holds `: ` in quotes; further keys go on lines of their own or into `{…}`"
        return error("a second `:` stands on one line", span, way_out)
    if len(before.strip()) > 1024:
        label = f"{len(before.strip()):,} characters, and at most 1,024 are read"
        return error("a key is too long", span, "a key is one word", label=label)
    if before.startswith("---"):
        return error("a key cannot stand on the line of `---`", span, "begin it on the next line")
    message = f"{shown(before.strip() + ':')} stands inside the value above it"
    way_out = "line it up with the keys above, or end the line above with `:` if this is its value"
    return error(message, source.span(start + len(before) - len(before.lstrip()), fault.place + 1), way_out)


def colon_without_space(source: Source, fault: Fault) -> Diagnostic:
    """A ``:`` directly in front of a bracket, inside ``{…}`` or ``[…]``."""
    met = f"no space stands between `:` and {found(source, fault.place + 1)}"
    way_out = "write `key: value` with a space behind the `:`; text that holds a `:` needs quotes"
    return error(met, source.span(fault.place, fault.place + 1), way_out)


def key_without_colon(source: Source, fault: Fault) -> Diagnostic:
    """A line among keys that is none."""
    start, end = fault.begun, source.line_end(fault.begun)
    line = source.text[start:end].partition(" #")[0].rstrip()
    message = f"{shown(line)} stands among keys and has no `:`"
    way_out = "write `key: value`; a text that goes on from the line above is indented further than its key"
    return error(message, source.span(start, start + len(line)), way_out)


def list_on_key_line(source: Source, fault: Fault) -> Diagnostic:
    """A ``- `` where no list can begin."""
    way_out = (
        "write the items on lines of their own, or the list as `[…]`; text that begins with `- ` needs quotes"
    )
    return error("a list item cannot begin here", word(source, fault.place), way_out)


def after_the_end(source: Source, fault: Fault) -> Diagnostic:
    """Text that follows the end of the document's value."""
    stray = _stray(source, fault)
    if stray:
        return stray
    message = f"{found(source, fault.place)} follows the end of the document"
    way_out = "begin every top-level `key: value` in the first column"
    return error(message, word(source, fault.place), way_out)
