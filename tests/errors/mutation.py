"""Damages specs as people do, and as nobody would: what is left must be checked without a crash.

A mutation takes the text of a spec and a source of chance, and gives another text. Words and values are
drawn from the specs themselves and from the language, so that most mutants get past the YAML reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import yaml

from netc.compiler import Checked, check_bytes
from netc.diagnostics import Diagnostic, capped
from netc.diagnostics.full import render
from netc.elaborate import Overrides
from netc.graph.verify import verify
from netc.layers.activation import FUNCTIONS
from netc.layers.norm import NORM_OPTIONS
from netc.layers.registry import KINDS
from netc.lint import Selection
from netc.reader.plain import is_list, is_mapping

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
MUTANT = str(SPECS / "mutant.yaml")
"""What a mutant is called: it imports what the specs do."""

EVERY_WARNING = Selection(select=("W",))

SEEDS = sorted(
    [*SPECS.glob("*.yaml"), *SPECS.glob("blocks/*.yaml"), *(Path(__file__).parent / "valid").glob("*.yaml")]
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip("\n").split("\n"))


WORDS: tuple[str, ...] = (
    *KINDS,
    *FUNCTIONS,
    *NORM_OPTIONS,
    *_words(
        """
        kernel stride padding dilation groups bias norm act init name from if repeat with first in to merge
        split shortcut drop_path spatial between multiplier axis size eps keepdims round count_padding
        train_only import layers blocks params inputs outputs input variants defaults netc shape dtype layout
        same half valid project optional identity max avg mean concat add mul sub channels last ceil
        prev input index in_channels in_shape output conv1 residual1 stem weight normal(0.1) dirac
        dims min multiple_of share frozen vocab bidirectional return sequence mode start stop step to affine
        align_corners output_padding pool_kind luma imagenet constant reflect replicate linear nearest gate
        between branches conv1.0 for1 merge1 layers1 use1 embed1 T H
        """
    ),
)
VALUES = (
    *_words("0 1 2 3 4 8 16 -1 0.5 2.0 1.5 1e-3 1e400 .inf -.inf .nan 2147483647 2147483648 1e18"),
    *_words("9223372036854775808 99999999999999999999999999 true false null ~ yes no '' 'text' [] {} [1]"),
    *_lines(
        """
"3"
[3, 3]
[1, 2, 3]
[8, 8, 8, 8]
[[1, 2], 0]
[[64, 3], [128]]
{weight: zeros}
{batch: {eps: 1e-3}}
{shape: [4, 4], layout: sequence}
{shape: [4], dtype: int64}
{shape: [3, 8, 8], dtype: uint8}
[blocks/inverted_residual.yaml]
../specs/lenet.yaml
inverted_residual.bottleneck
[blocks/inverted_residual.yaml, blocks/inverted_residual.yaml]
[3, H, W]
[3, H, H]
[T]
[T, 4]
{shape: [T], dtype: int64}
{shape: [T, 8], layout: sequence}
{shape: [3, H, W], dtype: uint8}
{H: {min: 32, multiple_of: 32}, W: {min: 1, max: 9}, T: {min: 3}}
{H: {max: 1}}
{min: 7, max: 65537, multiple_of: 3}
{share: conv1}
{constant: 0.5}
{mean: [0.5], std: [0.25], scale: 255}
# netc: ignore[W103]
# netc: ignore[W999, E402]
conv1.0
$width
$index
$in_channels
$in_shape
$(in_channels * 2)
$(in_channels // 0)
$(in_channels == 8)
"$(in_shape[1] + 1)"
$(
$(1 +)
$$x
- conv
&a 1
*a
!tag 1
"""
    ),
    "\u202ertl",
    "\x00",
    "é",
)
_TOKEN = re.compile(r"\$\([^)]*\)|\$?\w+|[^\w\s]|\n *|\s+")

Mutation = Callable[[str, Random], str]


def drop_token(text: str, chance: Random) -> str:
    """One word or sign less."""
    tokens = _TOKEN.findall(text)
    del tokens[chance.randrange(len(tokens))]
    return "".join(tokens)


def double_token(text: str, chance: Random) -> str:
    """One word or sign twice."""
    tokens = _TOKEN.findall(text)
    at = chance.randrange(len(tokens))
    return "".join([*tokens[: at + 1], *tokens[at:]])


def swap_word(text: str, chance: Random) -> str:
    """A word becomes another."""
    words = list(re.finditer(r"[A-Za-z_]\w*", text))
    found = chance.choice(words)
    return text[: found.start()] + chance.choice(WORDS) + text[found.end() :]


def swap_value(text: str, chance: Random) -> str:
    """What follows a colon, a dash or a comma becomes something else."""
    places = list(re.finditer(r"(?<=[:\-,\[] )(?:\[[^\[\]{}]*\]|\{[^\[\]{}]*\}|[^\s,{}\[\]]+)", text))
    if not places:
        return swap_word(text, chance)
    found = chance.choice(places)
    return text[: found.start()] + chance.choice(VALUES) + text[found.end() :]


def swap_number(text: str, chance: Random) -> str:
    """A number becomes another that is as good."""
    places = list(re.finditer(r"(?<![\w.$])\d+(?![\w.])", text))
    if not places:
        return swap_value(text, chance)
    found = chance.choice(places)
    return text[: found.start()] + str(chance.choice((1, 2, 3, 4, 5, 7, 8, 12, 16, 32))) + text[found.end() :]


def swap_option(text: str, chance: Random) -> str:
    """A flow mapping gets one more option, or another layer stands before it."""
    places = list(re.finditer(r"(?<=- )\{(?=\w+:)", text))
    if not places:
        return swap_number(text, chance)
    found = chance.choice(places)
    added = f"{chance.choice(WORDS)}: {chance.choice((*WORDS, *VALUES))}"
    comma = chance.choice((", ", "}\n  - {"))
    return f"{text[: found.end()]}{added}{comma}{text[found.end() :]}"


def move_line(text: str, chance: Random) -> str:
    """A line is dropped, doubled, moved, or indented otherwise."""
    lines = text.splitlines()
    at = chance.randrange(len(lines))
    line = lines.pop(at)
    match chance.randrange(4):
        case 0:
            pass
        case 1:
            lines[at:at] = [line, line]
        case 2:
            lines.insert(chance.randrange(len(lines) + 1), line)
        case _:
            lines.insert(at, " " * chance.randrange(9) + line.lstrip())
    return "\n".join(lines) + "\n"


def swap_tree(text: str, chance: Random) -> str:
    """In the tree that the text means, one part takes another part's place."""
    try:
        tree: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return swap_value(text, chance)
    places = list(_places(tree))
    if not places:
        return text
    holder, key = chance.choice(places)
    other, at = chance.choice(places)
    match chance.randrange(4):
        case 0:
            holder[key] = deepcopy(other[at])
        case 1:
            del holder[key]
        case 2:
            holder[key] = [holder[key]]
        case _:
            if is_mapping(holder):
                holder[chance.choice(WORDS)] = holder.pop(key)
            else:
                holder[key] = {chance.choice(WORDS): holder[key]}
    return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, default_flow_style=None))


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every list and mapping in a tree, with each of its indices or keys."""
    found: list[tuple[Any, Any]] = []
    waiting: list[Any] = [tree]
    while waiting:
        part: Any = waiting.pop()
        keys: list[Any] = list(part) if is_mapping(part) else list(range(len(part) if is_list(part) else 0))
        found.extend((part, key) for key in keys)
        waiting.extend(part[key] for key in keys)
    return found


MUTATIONS: tuple[Mutation, ...] = (
    drop_token,
    double_token,
    swap_word,
    swap_word,
    swap_number,
    swap_number,
    swap_number,
    swap_option,
    swap_value,
    swap_value,
    swap_value,
    move_line,
    swap_tree,
    swap_tree,
)


def mutant(seed: int) -> str:
    """The mutant of a number: always the same text for the same specs."""
    chance = Random(seed)
    text = chance.choice(SEEDS).read_text(encoding="utf-8")
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        text = chance.choice(MUTATIONS)(text, chance)
        if not text.strip():
            break
    return text


_PYTHON = re.compile(
    r"NoneType|<class|<netc|object at 0x|0x[0-9a-f]{8}|\bTraceback\b|<Expression|ErrorDetails|Deferred|LayerList"
)


def outcome(text: str) -> Checked:
    """The check of a text, and all that must hold of it.

    ``AssertionError`` says what does not; anything else that is raised is a crash.
    """
    checked = check_bytes(
        text.encode("utf-8", "surrogatepass"), MUTANT, Overrides(), every_variant=True, warnings=EVERY_WARNING
    )
    for diagnostic in checked.diagnostics:
        _check_diagnostic(diagnostic, checked.sources)
    assert render(capped(checked.diagnostics), checked.sources) or not checked.diagnostics
    failed = any(one.severity == "error" for one in checked.diagnostics)
    if checked.graph is not None:
        own = [one for one in checked.diagnostics if one.severity == "error" and not _of_variant(one)]
        assert not own, "a graph, and errors"
        verify(checked.graph)
    else:
        library = "blocks" in text and "layers" not in (yaml.safe_load(text) if not failed else {})
        assert failed or library, "no graph, and no error"
    return checked


def _of_variant(diagnostic: Diagnostic) -> bool:
    return any(note.message.startswith("with the variant") for note in diagnostic.notes)


def _check_diagnostic(diagnostic: Diagnostic, sources: Mapping[str, str]) -> None:
    spans = [diagnostic.span, *(note.span for note in diagnostic.notes if note.span is not None)]
    for span in spans:
        assert span.file in sources, f"a place in {span.file}"
        lines = re.split(r"\r\n|[\n\r]", sources[span.file])
        assert 1 <= span.line <= span.end_line <= len(lines) + 1, f"{span} is outside of the text"
        width = len(lines[span.line - 1]) if span.line <= len(lines) else 0
        assert 1 <= span.column <= width + 1, f"{span} is outside of its line"
        assert (span.line, span.column) <= (span.end_line, span.end_column), f"{span} ends before it begins"
    said = [
        diagnostic.message,
        diagnostic.label,
        diagnostic.help,
        *(note.message for note in diagnostic.notes),
    ]
    assert diagnostic.message.strip(), "nothing is said"
    for sentence in said:
        found = _PYTHON.search(sentence)
        assert not found or found[0] in sources[MUTANT], f"{sentence!r} speaks Python"
    assert len(diagnostic.message) < 1000, "a message of more than a thousand characters"
