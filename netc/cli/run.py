"""From what is typed to an exit status: every way in which a command can end."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from click import ClickException
from click.exceptions import Exit

from netc.cli.program import program
from netc.cli.terminal import fail
from netc.errors import NetcError, WeightsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click import Context

FINE = 0
ERRORS = 1
"""The spec has errors, or weights do not fit it."""
USAGE = 2
"""What was typed makes no sense, or a file cannot be read or written."""
BUG = 101

TRACEBACK = "NETC_TRACEBACK"
COMPLETION = "_NETC_COMPLETE"


def run(arguments: Sequence[str]) -> int:
    """Run one command line, without the program's name; gives the exit status.

    A Ctrl-C ends the process as its signal does, so that a shell's loop ends, too.
    """
    if COMPLETION in os.environ:
        program.main(list(arguments), prog_name="netc", complete_var=COMPLETION)
    try:
        with program.make_context("netc", list(arguments)) as context:
            status = invoke(context)
    except KeyboardInterrupt:
        status = None  # to be acted on when the error is gone, and with it what its frames keep: folders, say
    except Exit as end:
        status = end.exit_code
    except ClickException as refusal:
        refusal.show()
        status = USAGE
    return interrupted() if status is None else flushed(status)


def invoke(context: Context) -> int:
    """Run the command in its context; gives the exit status, with any error reported."""
    try:
        program.invoke(context)
    except (ClickException, Exit):
        raise
    except WeightsError as error:
        fail(str(error))
        return ERRORS
    except NetcError as error:
        fail(str(error))
        return USAGE
    except BrokenPipeError:  # where there is no SIGPIPE
        abandon_output()
        return FINE
    except OSError as error:
        abandon_output()
        fail(f"{error.filename or 'cannot write the output'}: {error.strerror or error}")
        return USAGE
    except Exception as error:  # whatever else is raised is a bug, and said to be one
        return bug(error)
    return FINE


def bug(error: Exception) -> int:
    """Ask in one line for a report."""
    if os.environ.get(TRACEBACK):
        sys.excepthook(type(error), error, error.__traceback__)
    fact = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    fact = " ".join(fact.split())
    way_out = "" if os.environ.get(TRACEBACK) else f" ({TRACEBACK}=1 prints where it happened)"
    fail(f"this is a bug in netc, please report it with the spec: {fact}{way_out}")
    return BUG


def flushed(status: int) -> int:
    """The status, once all that was printed has been written; ``USAGE`` where it cannot be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # where there is no SIGPIPE
        abandon_output()
    except OSError as error:
        abandon_output()
        fail(f"cannot write the output: {error.strerror or error}")
        return USAGE
    return status


def abandon_output() -> None:
    """Let what is still to be written go nowhere, or Python would complain of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def interrupted() -> int:
    """End as a process that Ctrl-C killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.raise_signal(signal.SIGINT)
    return 128 + signal.SIGINT
