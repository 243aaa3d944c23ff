"""The command ``netc``: one file a command, each loaded when it is called."""

from __future__ import annotations

import gc
import os
import signal
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from netc.cli.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOCATIONS_A_COLLECTION = 100_000
"""How many objects a run may make before Python looks for cycles among them; its default is 700."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with the process's arguments, or with those given; gives the exit status.

    Sets up the process it runs in, so it is called once in one, and by nothing but the command.
    """
    # Start-up makes many objects that all live on, and looking through them finds nothing.
    gc.set_threshold(ALLOCATIONS_A_COLLECTION)
    # Nothing of pydantic's plugins is wanted here, and looking for them reads every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Whoever closes the pipe we write to has read enough: end as other commands do.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status = run(sys.argv[1:] if arguments is None else arguments)
    # Nor are there cycles worth finding at the end: the whole process goes.
    gc.freeze()
    return status
