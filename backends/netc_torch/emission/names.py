"""Names in emitted source: of classes, attributes and constructors' parameters."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netc_torch.emission.designs import Design
    from netc_torch.emission.drafts import Draft

IMPORTED = frozenset({"F", "NamedTuple", "OrderedDict", "Sequence", "Tensor", "cast", "math", "nn", "torch"})
"""What the file imports, which no class may hide."""

SHORT = {
    "batch": "BatchNorm",
    "conv1x1": "Conv",
    "depthwise": "DepthwiseConv",
    "norm": "Norm",
    "use": "Block",
}


def is_plain(name: str) -> bool:
    """Whether a name can stand in source as it is: Python reads it letter for letter."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def camel(name: str) -> str:
    """A name as classes have it: ``inverted_residual`` as ``InvertedResidual``, without what Python refuses.

    >>> camel("inverted_residual"), camel("resNet"), camel("1x1"), camel("…")
    ('InvertedResidual', 'ResNet', 'Net1x1', 'Net')
    """
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return joined if joined and not joined[0].isdigit() else f"Net{joined}"


def class_names(designs: Sequence[Design], taken: Iterable[str]) -> None:
    """Give every class a name; ``taken`` are the names that others have."""
    used = {*taken, *IMPORTED, *dir(builtins)}
    for design in sorted(
        designs, key=lambda design: (design.prototype.path != "", not design.prototype.block)
    ):
        design.name = free(list(wishes(design)), used)
        used.add(design.name)


def free(names: Sequence[str], used: set[str]) -> str:
    """The first name that is not taken, numbered where all are."""
    for name in names:
        if name not in used:
            return name
    number = 2
    while f"{names[0]}{number}" in used:
        number += 1
    return f"{names[0]}{number}"


def wishes(design: Design) -> Iterable[str]:
    """What a class may be called, the best first."""
    draft = design.prototype
    if draft.block:
        yield camel(draft.block.rpartition(".")[2])
        return
    own = described(draft)
    yield own
    scopes = [part for part in draft.path.split(".")[:-1] if not part.isdigit()]
    for scope in scopes:
        yield camel(re.sub(r"[0-9]+$", "", scope)) + own


def described(draft: Draft) -> str:
    """What a layer is by its parts: ``ConvNormReLU``; a scope by its own name."""
    if not draft.title:
        return camel(re.sub(r"[0-9]+$", "", draft.path.rpartition(".")[2]))
    title = SHORT.get(draft.title, camel(draft.title))
    parts = [name for name in draft.children if name in ("norm", "act")]
    if not parts or any(name not in ("conv", "linear", "norm", "act") for name in draft.children):
        return title
    return title + "".join(part_name(draft.children[name], name) for name in parts)


def part_name(part: Draft, name: str) -> str:
    """How a norm or an activation is called in the name of the layer that it is in."""
    if name == "norm":
        return "Norm"
    return part.base.__name__ if part.base is not None else "Act"
