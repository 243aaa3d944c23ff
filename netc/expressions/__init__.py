"""Expressions in a spec: ``$name`` and ``$(…)``, read once, evaluated wherever they stand.

The grammar is a part of Python's, read through :mod:`ast` and an allowlist of our own; nothing is
ever compiled or executed. A scalar's text goes to :func:`find`, the rest follows from there.

>>> find("$(4 * width)").evaluate({"width": 64})
256
"""

from netc.expressions.error import ExpressionError
from netc.expressions.expression import Expression, find, parse
from netc.expressions.value import Value

__all__ = ["Expression", "ExpressionError", "Value", "find", "parse"]
