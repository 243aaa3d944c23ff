"""From text to tree: Python's parser for the precedence, an allowlist for all that it may hold.

Numbers and strings are masked by others of the same length before Python sees them, so that its
parser reads plain ASCII whose columns are our offsets, and meets no literal that it would warn of.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from typing import final

from netc.expressions.error import ExpressionError, Refusal
from netc.expressions.functions import FUNCTIONS, Function
from netc.expressions.operations import BINARY, COMPARISON, index, invert, keep, negate
from netc.expressions.order import DEPTH_BOUND, check_order, too_deep
from netc.expressions.tokens import Token, literal, tokens_of
from netc.expressions.tree import Apply, Chain, Choice, Comparison, Constant, Logic, Name, Node, Step
from netc.expressions.value import Value, bounded, bounded_list

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}
_COMPARISON: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_UNARY: dict[type[ast.unaryop], Callable[[Value], Value]] = {
    ast.USub: negate,
    ast.UAdd: keep,
    ast.Not: invert,
}


def tree_of(text: str) -> tuple[Node, frozenset[str]]:
    """The tree of ``$(…)`` and the names it reads. Raises ExpressionError."""
    tokens = tokens_of(text)
    check_order(tokens)
    constants = {token.start: value for token in tokens if (value := _constant(token)) is not None}
    root = _python_tree(tokens)
    levels = _levels(root)
    if levels > DEPTH_BOUND:
        raise too_deep(levels, tokens[-1].end)
    growing = _Growing(constants)
    return growing.node(root), frozenset(growing.names)


def _constant(token: Token) -> Value | None:
    try:
        value = literal(token)
        return value if value is None else bounded(value)
    except Refusal as refusal:
        raise refusal.at(token.start, token.end) from None


def _python_tree(tokens: list[Token]) -> ast.expr:
    """What Python's parser makes of the tokens, each at its own offset in one line of ASCII."""
    line = [" "] * tokens[-1].end
    for token in tokens:
        line[token.start : token.end] = _masked(token)
    try:
        return ast.parse("".join(line[1:]), mode="eval").body
    except SyntaxError:  # all but this is found by the order of tokens
        message = "`if` and `else` do not pair"
        raise ExpressionError(message, "a choice is written `a if c else b`", 0, tokens[-1].end) from None


def _masked(token: Token) -> str:
    length = token.end - token.start
    match token.kind:
        case "number":
            return "1" * length
        case "string":
            return f"'{'x' * (length - 2)}'"
        case _:
            return token.text


def _levels(root: ast.expr) -> int:
    """How deep ``root`` nests; the operands of ``a + b + c`` lie on one level."""
    deepest = 0
    pending = [(root, 0)]
    while pending:
        node, level = pending.pop()
        deepest = max(deepest, level)
        pending += (
            (child, level + (not _continues(node, child)))
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        )
    return deepest


def _continues(node: ast.expr, left: ast.expr) -> bool:
    """Whether ``left`` is the left operand of ``node``, and both are links of one chain."""
    return isinstance(node, ast.BinOp) and isinstance(left, ast.BinOp) and node.left is left


@final
class _Growing:
    """A tree of ours growing from Python's; ``names`` gathers the names it reads."""

    __slots__ = ("_constants", "names")

    def __init__(self, constants: dict[int, Value]) -> None:
        self._constants = constants
        self.names: set[str] = set()

    def node(self, node: ast.expr) -> Node:
        """Our node for Python's. What the tokens have already refused cannot come here."""
        start, end = _place(node)
        match node:
            case ast.Constant() | ast.Name() if start in self._constants:
                return Constant(self._constants[start], start, end)
            case ast.Name():
                self.names.add(node.id)
                return Name(node.id, start, end)
            case ast.BinOp():
                return self._chain(node)
            case ast.UnaryOp():
                return Apply(_of_one(_UNARY[type(node.op)]), (self.node(node.operand),), start, end)
            case ast.BoolOp():
                return Logic(
                    "and" if isinstance(node.op, ast.And) else "or", self._nodes(node.values), start, end
                )
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                parts = (self.node(node.test), self.node(node.body), self.node(node.orelse))
                return Choice(*parts, start, end)
            case ast.List():
                return Apply(bounded_list, self._nodes(node.elts), start, end)
            case ast.Subscript():
                return Apply(_item, (self.node(node.value), self.node(node.slice)), start, end)
            case ast.Call():
                return self._call(node)
            case ast.Tuple():
                way_out = "a list is written `[a, b]`; an item of an inner list `rows[0][1]`"
                raise ExpressionError("values between commas make no list here", way_out, start, end)
            case _:
                raise AssertionError(f"{type(node).__name__} passed the tokens")

    def _nodes(self, nodes: list[ast.expr]) -> tuple[Node, ...]:
        return tuple(map(self.node, nodes))

    def _chain(self, node: ast.BinOp) -> Node:
        links = [node]
        while isinstance(left := links[-1].left, ast.BinOp):
            links.append(left)
        first = self.node(left)
        steps = [
            Step(BINARY[_BINARY[type(link.op)]], self.node(link.right), *_place(link))
            for link in reversed(links)
        ]
        return Chain(first, tuple(steps), *_place(node))

    def _comparison(self, node: ast.Compare) -> Node:
        start, end = _place(node)
        ends = [*(_place(operand)[1] for operand in node.comparators[:-1]), end]
        steps = [
            Step(COMPARISON[_COMPARISON[type(sign)]], self.node(operand), start, step_end)
            for sign, operand, step_end in zip(node.ops, node.comparators, ends, strict=True)
        ]
        return Comparison(self.node(node.left), tuple(steps), start, end)

    def _call(self, node: ast.Call) -> Node:
        start, end = _place(node)
        if not isinstance(node.func, ast.Name) or _place(node.func)[0] in self._constants:
            raise ExpressionError("only a function can be called", _EXISTING, start, end)
        function = FUNCTIONS.get(node.func.id)
        if function is None:
            raise _unknown_function(node.func)
        _check_count(node.func.id, function, len(node.args), start, end)
        return Apply(function.apply, self._nodes(node.args), start, end)


_EXISTING = f"the functions are {', '.join(FUNCTIONS)}"


def _place(node: ast.expr) -> tuple[int, int]:
    """Where ``node`` stands: Python saw the text from its second character on."""
    assert node.end_col_offset is not None
    return node.col_offset + 1, node.end_col_offset + 1


def _of_one(operation: Callable[[Value], Value]) -> Callable[[list[Value]], Value]:
    return lambda operands: operation(operands[0])


def _item(operands: list[Value]) -> Value:
    return index(operands[0], operands[1])


def _unknown_function(name: ast.Name) -> ExpressionError:
    start, end = _place(name)
    nearest = difflib.get_close_matches(name.id, FUNCTIONS, n=1)
    way_out = f"did you mean `{nearest[0]}`?" if nearest else _EXISTING
    return ExpressionError(f"there is no function `{name.id}`", way_out, start, end)


def _check_count(name: str, function: Function, count: int, start: int, end: int) -> None:
    if function.least <= count and (function.most < 0 or count <= function.most):
        return
    takes = (
        "at least one argument"
        if function.most < 0
        else f"{function.least} argument{'s' * (function.least > 1)}"
    )
    message = f"`{name}` takes {takes}, found {count}"
    raise ExpressionError(message, f"write {function.signature}", start, end)
