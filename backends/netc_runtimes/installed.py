"""What is installed, asked without loading it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def distribution(module: str, *names: str) -> str | None:
    """The version of the first of these distributions that is installed, if ``module`` can be imported.

    >>> distribution("pytest", "no-such-distribution", "pytest") == distribution("pytest", "pytest")
    True
    >>> distribution("no_such_module", "pytest") is None
    True
    """
    if find_spec(module) is None:
        return None
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None
