"""Makes the runtimes of ``strangers`` be found, by the entry points of a distribution of their own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netc.runtime import GROUP
from tests.verification import strangers

ROOT = Path(__file__).resolve().parents[2]
NAMES = [name for name, one in vars(strangers).items() if isinstance(one, strangers.Stranger)]
POINTS = {name: f"{strangers.__name__}:{name}" for name in NAMES} | {
    "lacking": "tests.verification.no_such_module:runtime"
}


@contextmanager
def installed(folder: Path, points: dict[str, str], *, alone: bool = False) -> Generator[None]:
    """A distribution in ``folder`` whose entry points are ``points``, with the repository's root importable.

    Where it is ``alone``, no other distribution is found to have runtimes.
    """
    metadata = folder / "strangers-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1.0\n", "utf-8")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        patch.syspath_prepend(folder)
        if alone:
            patch.setattr("netc.verification.runtimes.runtime_names", lambda: sorted(points))
        yield
