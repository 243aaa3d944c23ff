"""A Sphinx extension: pages that are made from netc itself when the documentation is built.

The file of such a page holds its title and an introduction; what is made is put behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_pages import codes, keys, kinds, runtimes, zoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PAGES: dict[str, Callable[[], str]] = {
    "reference/kinds": kinds.page,
    "reference/codes": codes.page,
    "reference/document": keys.page,
    "runtimes": runtimes.page,
    "zoo": zoo.page,
}
"""By the page's name, what makes its text (MyST)."""


def append(app: Sphinx, page: str, source: list[str]) -> None:
    """Put what is made of netc behind what a page's file holds."""
    del app
    if page in PAGES:
        source[0] = f"{source[0].rstrip()}\n\n{PAGES[page]()}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """What Sphinx calls."""
    app.connect("source-read", append)
    return {"parallel_read_safe": True}
