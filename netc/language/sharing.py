"""Options that have no place beside ``share``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.language.spec import LayerSpec
    from netc.reader import Mapping


def misplaced_sharing(spec: LayerSpec, tree: Mapping) -> Iterator[Mistake]:
    """What a layer's ``share`` needs and has not, or excludes and has."""
    share = spec.common.share
    if share is True and "repeat" not in tree.entries:
        help_ = "give the layer a `repeat`, or name the layer whose parameters it uses"
        yield Mistake("E206", "`share: true` is for a `repeat`", help=help_, option="share")
    if not isinstance(share, str):
        return
    if spec.kind == "for" and spec.common.name is None:
        help_ = "give the `for` a `name`: what is inside is matched by its path"
        yield Mistake("E206", "a `for` without a name cannot share", help=help_, option="share")
    for key in ("frozen", "init"):
        if key in tree.entries:
            message = f"`{key}` is the owner's, and this layer shares the parameters of `{share}`"
            mistake = Mistake("E206", message, help=f"write it at `{share}`")
            mistake.span = tree.entries[key][0].span
            yield mistake
