"""libyaml's complaints in plain words, each with a way out.

libyaml names a problem by a fixed text (its scanner.c and parser.c); ``_EXPLANATIONS`` maps each
that a spec can run into to what a person should read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from netc.diagnostics.model import Diagnostic
from netc.reader import refusals, structure, tokens
from netc.reader.fault import Fault, error, word
from netc.reader.source import Source


def explain(source: Source, fault: Fault) -> Diagnostic:
    """The diagnostic for ``fault``."""
    if "tag" in fault.context or fault.problem == "found undefined tag handle":
        return _tag(source, fault)
    if "directive" in fault.context:
        return tokens.percent(source, fault)
    found = _EXPLANATIONS.get(fault.problem, _unexplained)(source, fault)
    return found._replace(help=structure.expression_help(source, fault.opening, fault.place) or found.help)


def _unexplained(source: Source, fault: Fault) -> Diagnostic:
    message = f"this is not YAML: {fault.context} {fault.problem}".replace("  ", " ")
    return error(message, word(source, fault.place), "look for a missing quote, bracket or space just before")


def _tag(source: Source, fault: Fault) -> Diagnostic:
    text = re.compile(r"[^\s,\[\]{}]*").match(source.text, fault.begun)
    end = text.end() if text else fault.begun
    return refusals.tag(source.text[fault.begun : end], source.span(fault.begun, end))


_EXPLANATIONS: dict[str, Callable[[Source, Fault], Diagnostic]] = {
    "did not find expected ',' or ']'": structure.in_flow,
    "did not find expected ',' or '}'": structure.in_flow,
    "did not find expected node content": structure.node_content,
    "did not find expected key": structure.out_of_line,
    "did not find expected '-' indicator": structure.out_of_line,
    "did not find expected <document start>": structure.after_the_end,
    "mapping values are not allowed in this context": structure.colon,
    "mapping keys are not allowed in this context": tokens.question_mark,
    "block sequence entries are not allowed in this context": structure.list_on_key_line,
    "found unexpected ':'": structure.colon_without_space,
    "could not find expected ':'": structure.key_without_colon,
    "found character that cannot start any token": tokens.no_token,
    "found a tab character where an indentation space is expected": tokens.tab,
    "found a tab character that violates indentation": tokens.tab,
    "found a tab character that violates intendation": tokens.tab,
    "did not find expected alphabetic or numeric character": tokens.indicator_without_name,
    "found unexpected end of stream": tokens.open_quote,
    "found unexpected document indicator": tokens.open_quote,
    "found unknown escape character": tokens.unknown_escape,
    "did not find expected hexdecimal number": tokens.short_escape,
    "found invalid Unicode character escape code": tokens.no_character,
    "did not find expected comment or line break": tokens.block_header,
    "found an indentation indicator equal to 0": tokens.block_header,
}
