"""The story of a verification: compile, ask torch, ask every runtime, compare, look for the culprit."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, cast, final

from netc.artifact import Precision
from netc.compiler import Compilation, write_artifact
from netc.discovery import find_backend
from netc.errors import BackendError
from netc.verification.comparison import Comparison, compared, spread
from netc.verification.culprit import Case, Found, Model, culprit
from netc.verification.plan import numbers, planned
from netc.verification.process import Failed, Feed, run_apart
from netc.verification.reference import Reference
from netc.verification.report import Report, Row, Run
from netc.verification.runtimes import chosen
from netc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netc.artifact import Divisible
    from netc.network import Network
    from netc.runtime import Arrays
    from netc.verification.report import Result
    from netc.verification.runtimes import Installed

RTOL = 1e-3
"""By default, how far an output may be from torch's, relative to its largest element."""

SLOWER = 20.0
"""How many times as long as torch a runtime may take for a run, on top of its own ``seconds``."""


def verify(
    network: Network,
    *,
    against: Sequence[str] = (),
    rtol: float = RTOL,
    batches: Sequence[int] | None = None,
    timeout: float | None = None,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> Report:
    """Compile a network to ONNX, and compare what every runtime makes of the file with what torch makes.

    ``against`` names the runtimes; by default they are all that are installed. ``batches`` are 1 and 3 by
    default. ``timeout`` is what one loading and running may take, in seconds; by default each runtime has its
    own. ``progress`` is told, in a few words, what is being done. ``options`` are those of
    ``Network.compile``, of which torch gets the weights alone: it computes in float32, so that a model of
    fewer bits may need a larger ``rtol``. The inputs depend on ``seed``, too.

    Nothing that a runtime does is an exception. Raises ``BackendError`` where torch, onnx, a runtime that is
    named or any runtime is missing, and for an ``io_dtype`` but float32; ``WeightsError`` and ``FileError``
    as compiling does.
    """
    choice = chosen(against)
    precision = Precision(**{name: options.pop(name) for name in Precision._fields if name in options})
    if precision.io_dtype != "float32":
        raise BackendError("`verify` feeds and compares float32: it goes with no other `io_dtype`")
    compilation = Compilation(
        network.graph, network.text, VERSION, imported=network.imported, precision=precision, **options
    )
    tell = progress or _silent
    with TemporaryDirectory(prefix="netc-", ignore_cleanup_errors=True) as folder:
        tell("compiling")
        reference = Reference(compilation._replace(optimize=False, precision=Precision()).request())
        model = Model(Path(folder, "model.onnx"), network.graph, cast("Divisible", find_backend("onnx")))
        write_artifact(compilation, "onnx", model.path)
        plan = planned(network.graph, batches)
        tell("running torch")
        trials = [_trial(model, reference, *run, compilation.seed) for run in enumerate(plan.runs)]
        problem = next((text for trial in trials if (text := _problem(trial))), "")
        against_all = Against(model, reference, trials, rtol, timeout, tell)
        rows = () if problem else tuple(map(against_all.row, choice.installed))
        return Report(
            network.name,
            rows,
            plan.runs,
            plan.left_out,
            choice.missing,
            rtol,
            reference.version,
            None if problem else trials[0].seconds,
            problem,
            tuple(_remarks(trials, rtol)),
        )


def _silent(_: str) -> None:
    """Tell nobody."""


class Trial(NamedTuple):
    """A run, its inputs in a file, what torch makes of them, and the seconds that it took."""

    run: Run
    feed: Feed
    expected: Arrays
    seconds: float


def _trial(model: Model, reference: Reference, place: int, run: Run, seed: int) -> Trial:
    import numpy as np  # loaded only where a network is run

    inputs = numbers(model.graph, run, seed)
    path = model.path.with_name(f"inputs{place}.npz")
    np.savez(path, *inputs.values())
    return Trial(run, Feed(path, tuple(inputs)), *reference.outputs(inputs, often=not place))


def _problem(trial: Trial) -> str:
    """Why nothing can be compared with what torch makes of a run, if so."""
    import numpy as np  # as above

    for name, output in trial.expected.items():
        if not np.isfinite(output).all():
            odd = "NaN" if np.isnan(output).any() else "infinities"
            return (
                f"torch's own output `{name}` holds {odd} at {trial.run}: nothing can be compared with it; "
                "other weights may help"
            )
    return ""


def _remarks(trials: Sequence[Trial], rtol: float) -> Iterator[str]:
    """For each output that is nearly the same whatever goes in, that agreement on it says little."""
    several = [trial.expected for trial in trials if trial.run.batch > 1]
    for name in several[0] if several else ():
        if (most := max(spread(expected[name]) for expected in several)) <= rtol:
            yield (
                f"torch's own output `{name}` differs by no more than {most:.0e} from input to input: "
                "that others agree on it says little, and trained weights would say more (--weights)"
            )


class Wrong(NamedTuple):
    """What is wrong with a runtime, in which trial, and how far the worst output is off."""

    result: Result
    reason: str
    trial: Trial
    outputs: tuple[str, ...]


@final
class Against:
    """The trials that each runtime is put to."""

    def __init__(
        self,
        model: Model,
        reference: Reference,
        trials: Sequence[Trial],
        rtol: float,
        timeout: float | None,
        tell: Callable[[str], None],
    ) -> None:
        self._model = model
        self._reference = reference
        self._trials = trials
        self._rtol = rtol
        self._timeout = timeout
        self._tell = tell

    def row(self, installed: Installed) -> Row:
        """How a runtime does."""
        row, wrong = self._ran(installed)
        if wrong is None:
            return row
        known = [one for one in installed.runtime.known(self._model.path) if one.outcome == wrong.result]
        row = row._replace(run=wrong.trial.run)
        if known:
            return row._replace(result="known", reason=known[0].reason)
        found = self._culprit(installed, wrong)
        return row._replace(result=wrong.result, reason=wrong.reason, first=found.place, search=found.remark)

    def _ran(self, installed: Installed) -> tuple[Row, Wrong | None]:
        """All trials, to the first failure: the row of a runtime that agrees, and what is wrong otherwise."""
        row, wrong = Row(installed.name, installed.version, "ok"), None
        limits = [self._limit(installed, trial) for trial in self._trials]
        feeds = [trial.feed for trial in self._trials]
        self._tell(f"running {installed.name}")
        with closing(run_apart(installed.name, self._model.path, feeds, limits)) as results:
            for trial, result in zip(self._trials, results, strict=False):
                if isinstance(result, Failed):
                    return row, Wrong("fails", result.reason, trial, tuple(trial.expected))
                comparison = compared(result.outputs, trial.expected)
                further = _is_further(comparison, row.difference)
                if further and not comparison.within(self._rtol):
                    wrong = Wrong("differs", _reason(comparison), trial, (comparison.output,))
                if further:
                    row = row._replace(difference=comparison.difference, run=trial.run)
                row = row._replace(seconds=result.seconds if row.seconds is None else row.seconds)
                if comparison.difference is None:
                    break
        return row, wrong

    def _limit(self, installed: Installed, trial: Trial) -> float:
        """The seconds that a runtime may take."""
        return self._timeout or installed.runtime.seconds + SLOWER * trial.seconds

    def _culprit(self, installed: Installed, wrong: Wrong) -> Found:
        """The layer that is to blame."""
        self._tell(f"looking for what {installed.name} gets wrong")
        inputs = numbers_of(wrong.trial.feed)
        case = Case(installed.name, inputs, self._limit(installed, wrong.trial), self._rtol)
        return culprit(self._model, self._reference, case, wrong.outputs)


def _is_further(comparison: Comparison, than: float | None) -> bool:
    return comparison.difference is None or than is None or comparison.difference > than


def _reason(comparison: Comparison) -> str:
    if comparison.problem:
        return comparison.problem
    return f"the output `{comparison.output}` differs by {comparison.difference:.1e} of its largest element"


def numbers_of(feed: Feed) -> dict[str, Any]:
    """The inputs in a file."""
    import numpy as np  # as above

    with np.load(feed.path) as file:
        return {name: file[f"arr_{place}"] for place, name in enumerate(feed.names)}
