"""A tree evaluated in a scope. The recursion is as deep as the tree, which its reader bounds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import assert_never

from netc.expressions.error import ExpressionError, Refusal
from netc.expressions.functions import FUNCTIONS
from netc.expressions.operations import boolean
from netc.expressions.tree import Apply, Chain, Choice, Comparison, Constant, Logic, Name, Node
from netc.expressions.value import Value, bounded

_NAMES_LISTED = 10


def evaluate(node: Node, names: Mapping[str, Value]) -> Value:
    """The value of ``node`` where ``names`` is the scope.

    Raises ExpressionError at the place of the node that fails, and whatever ``names`` raises but
    KeyError, which is how a scope tells that a name is unknown.
    """
    match node:
        case Constant():
            return node.value
        case Name():
            return _read(node, names)
        case Apply():
            return _apply(node, names)
        case Chain():
            return _follow(node, names)
        case Comparison():
            return _compare(node, names)
        case Logic():
            decisive = node.word == "or"
            return (
                decisive
                if any(_truth(node.word, part, names) is decisive for part in node.operands)
                else not decisive
            )
        case Choice():
            chosen = node.positive if _truth("if", node.condition, names) else node.negative
            return evaluate(chosen, names)
        case _:
            assert_never(node)


def _apply(node: Apply, names: Mapping[str, Value]) -> Value:
    values = [evaluate(operand, names) for operand in node.operands]
    try:
        return node.operation(values)
    except Refusal as refusal:
        raise refusal.at(node.start, node.end) from None


def _follow(node: Chain, names: Mapping[str, Value]) -> Value:
    value = evaluate(node.first, names)
    for step in node.steps:
        operand = evaluate(step.operand, names)
        try:
            value = step.operation(value, operand)
        except Refusal as refusal:
            raise refusal.at(step.start, step.end) from None
    return value


def _compare(node: Comparison, names: Mapping[str, Value]) -> bool:
    left = evaluate(node.first, names)
    for step in node.steps:
        right = evaluate(step.operand, names)
        try:
            if step.operation(left, right) is False:
                return False
        except Refusal as refusal:
            raise refusal.at(step.start, step.end) from None
        left = right
    return True


def _truth(word: str, node: Node, names: Mapping[str, Value]) -> bool:
    value = evaluate(node, names)
    try:
        return boolean(word, value)
    except Refusal as refusal:
        raise refusal.at(node.start, node.end) from None


def _read(node: Name, names: Mapping[str, Value]) -> Value:
    try:
        value = names[node.name]
    except KeyError:
        way_out = _known(node.name, names)
        message = f"there is no name `{node.name}` here"
        raise ExpressionError(message, way_out, node.start, node.end, node.name) from None
    try:
        return bounded(value)
    except Refusal as refusal:
        raise ExpressionError(
            f"`{node.name}`: {refusal.message}", refusal.help, node.start, node.end
        ) from None


def _known(name: str, names: Iterable[str]) -> str:
    """The way out of an unknown name: the function it is, the nearest name, or what there is."""
    if name in FUNCTIONS:
        return f"`{name}` is a function: write {FUNCTIONS[name].signature}"
    known = sorted(names)
    nearest = difflib.get_close_matches(name, known, n=1)
    if nearest:
        return f"did you mean `{nearest[0]}`?"
    if not known:
        return "no name is known here"
    listed = ", ".join(f"`{other}`" for other in known[:_NAMES_LISTED])
    rest = len(known) - _NAMES_LISTED
    return f"known here are {listed}" + (f" and {rest} more" if rest > 0 else "")
