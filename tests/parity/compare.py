"""What must be so of every valid spec: both backends make the same numbers, of the shapes that were declared."""

from __future__ import annotations

import traceback
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import onnx
import torch

import netc
from netc.errors import BackendError, SpecError, WeightsError
from tests.netc_onnx.networks import Session
from tests.parity.draft import Drawn, Sizes, loaded, shape_at
from tests.parity.precisions import beyond_half, off_in_doubles
from tests.parity.runs import (
    SHAKE,
    Arrays,
    Run,
    Shaking,
    by_name,
    difference,
    exposed,
    feeds,
    in_torch,
    moved,
)
from tests.parity.said import counted, problems

TOLERANCE = 1e-4
"""Of the largest element of an output."""

SHAKEN = 10.0
"""How many times what shaking does outputs may differ by: in a long sum it averages out, and rounding does not."""

BATCHES = (1, 3)

IN_FLOAT16 = 0.4
"""How often a network is compared in float16."""


class Disagreement(Exception):
    """Two that must be the same are not. Its text says what, the spec first."""


class Seen(NamedTuple):
    """What was compared: outputs, of them those that took shaking, and networks whose numbers overflow.

    ``halves`` tells of the network in float16: compared, refused, or with numbers too large for it.
    """

    outputs: int
    shaken: int
    overflowing: int
    halves: str


def check(condition: object, message: str) -> None:
    """Raise ``Disagreement`` unless the condition holds."""
    if not condition:
        raise Disagreement(message)


class Compared:
    """One network, its weights, and what has been seen of it."""

    def __init__(self, drawn: Drawn, seed: int) -> None:
        self.drawn = drawn
        self.chance = np.random.default_rng(seed)
        self.picks = Random(seed)
        self.net = loaded(drawn.text)
        self.state = moved(self.net, self.chance)
        self.evaluated = [output.name for output in self.net.graph.outputs if not output.train_only]
        self.module = self.net.to_torch(weights=self.state).eval()
        self.torch = in_torch(self.module, self.evaluated)
        self.outputs = self.shaken = 0

    def same(self, what: str, found: Arrays, right: Arrays, inputs: Arrays) -> None:
        """Raise ``Disagreement`` unless outputs are equal within the tolerance, or within what rounding does."""
        check(list(found) == list(right), f"{what}: the outputs {list(found)}, not {list(right)}")
        for name, value in right.items():
            self.outputs += 1
            error = difference(found[name], value)
            if error < TOLERANCE:
                continue
            shaken = self.shaking(name, inputs)
            self.shaken += 1
            shapes = f"{found[name].dtype}{found[name].shape}, {value.dtype}{value.shape}"
            check(
                error < max(TOLERANCE, SHAKEN * shaken),
                f"{what}: `{name}` differs by {error:.2g}; shaking by {SHAKE:g} changes it by {shaken:.2g}; {shapes}",
            )

    def shaking(self, name: str, inputs: Arrays) -> float:
        """How much an output changes where every number on the way is shaken: the largest of a few times."""
        right = self.torch(inputs)[name]
        with Shaking(self.chance):
            return max(difference(self.torch(inputs)[name], right) for _ in range(4))

    def everything(self) -> Seen:
        """Raise ``Disagreement`` where anything is not as it must be."""
        found = problems(self.net, self.drawn.text)
        check(not found, "; ".join(found))
        self.paths_and_bytes()
        sessions = self.sessions()
        finite = True
        for sizes in self.drawn.document.sizes:
            concrete = self.concrete(sizes) if sizes else None
            for batch in BATCHES:
                inputs = feeds(self.net, sizes, batch, self.chance)
                right = self.torch(inputs)
                where = f"at {dict(sizes)}, batch {batch}"
                self.shapes(right, sizes, batch, where)
                if not all(np.isfinite(value).all() for value in right.values()):
                    finite = False
                    continue
                for name, run in sessions.items():
                    self.same(f"{name} {where}", run(inputs), right, inputs)
                if concrete:
                    self.same(f"the concrete model {where}", concrete(inputs), right, inputs)
        halves = ""
        if finite:
            inputs = feeds(self.net, self.drawn.document.sizes[-1], 2, self.chance)
            problem = off_in_doubles(self.net.graph, self.state, inputs)
            check(problem is None, problem or "")
            halves = self.in_float16(inputs) if self.picks.random() < IN_FLOAT16 else ""
            self.training()
        return Seen(self.outputs, self.shaken, int(not finite), halves)

    def in_float16(self, inputs: Arrays) -> str:
        """Compare a model in float16, or see why there is none."""
        opset, optimize = self.picks.randint(13, 23), self.picks.random() < 0.75
        try:
            model = self.net.compile(
                "onnx", weights=self.state, opset=opset, optimize=optimize, dtype="float16"
            )
        except (BackendError, WeightsError) as error:
            return f"refused: {type(error).__name__}"
        name = f"float16, opset {opset}, {optimize=}"
        onnx.checker.check_model(model, full_check=True)
        found = Session.of(model, optimized=self.picks.random() < 0.5).run(inputs)
        problems = beyond_half(self.torch, found, inputs, self.chance)
        if problems is None:
            return "too large"
        check(not problems, f"{name}: {'; '.join(problems)}")
        return "compared"

    def shapes(self, right: Arrays, sizes: Sizes, batch: int, where: str) -> None:
        """Outputs have the shapes that the network declares."""
        declared = {name: (batch, *shape_at(self.net.outputs[name], sizes)) for name in self.evaluated}
        found = {name: value.shape for name, value in right.items()}
        check(found == declared, f"{where}: torch made {found}, declared were {declared}")

    def paths_and_bytes(self) -> None:
        """A ``state_dict`` has the paths that are declared; the same text makes the same bytes."""
        check(
            list(self.module.state_dict()) == list(self.net.parameters),
            "state_dict keys are not net.parameters",
        )
        opset = self.picks.randint(13, 23)
        first, second = (
            net.compile("onnx", seed=2, opset=opset).SerializeToString(deterministic=True)
            for net in (self.net, netc.loads(self.drawn.text))
        )
        check(first == second, f"two compilations differ, opset {opset}")

    def sessions(self) -> dict[str, Run]:
        """Models with and without netc's passes, in sessions with and without onnxruntime's."""
        runs: dict[str, Run] = {}
        for optimize, optimized in ((True, True), (True, False), (False, True)):
            opset = self.picks.randint(13, 23)
            model = self.net.compile("onnx", weights=self.state, opset=opset, optimize=optimize)
            name = f"opset {opset}, {optimize=}, session {optimized=}"
            try:
                onnx.checker.check_model(model, full_check=True)
                if not optimized:
                    model = exposed(model)
                session = Session.of(model, optimized=optimized)
            except Exception as error:
                raise Disagreement(f"{name}: {type(error).__name__}: {error}") from error
            runs[name] = session.run if optimized else self.checked(session)
        return runs

    def checked(self, session: Session) -> Run:
        """A session that gives every value, as one that gives the outputs; all shapes must be the declared ones."""
        types = {node.output.name: node.output.type for node in self.net.graph.evaluated}

        def run(inputs: Arrays) -> Arrays:
            found = session.run(inputs)
            sizes = self.sizes_in(inputs)
            batch = len(next(iter(inputs.values())))
            for name, value in found.items():
                if name in types and name not in self.evaluated:
                    shape = (batch, *shape_at(types[name], sizes))
                    check(value.shape == shape, f"onnx value `{name}`: {value.shape}, declared {shape}")
            return {name: found[name] for name in self.evaluated}

        return run

    def sizes_in(self, inputs: Arrays) -> Sizes:
        """The sizes of the symbols, as inputs have them."""
        known = [sizes for sizes in self.drawn.document.sizes if self._fits(sizes, inputs)]
        return known[0]

    def _fits(self, sizes: Sizes, inputs: Arrays) -> bool:
        return all(
            inputs[name].shape[1:] == shape_at(type_, sizes) for name, type_ in self.net.inputs.items()
        )

    def concrete(self, sizes: Sizes) -> Run | None:
        """The module of the spec with numbers in place of symbols, with the same weights."""
        text = self.drawn.document.text(self.drawn.layers, sizes)
        try:
            net = loaded(text)
        except SpecError as error:
            raise Disagreement(f"valid for all sizes, but not at {dict(sizes)}:\n{error}") from error
        if [node.path for node in net.graph.nodes] != [node.path for node in self.net.graph.nodes]:
            check("shortcut" in text, f"other nodes at {dict(sizes)}")
            return None  # `optional` and `project` ask whether shapes agree for all sizes: at one they may
        own, right = counted(self.net, sizes), counted(net, {})
        check(own == right, f"counts are {own} at {dict(sizes)}, where the concrete spec's are {right}")
        return in_torch(net.to_torch(weights=self.state).eval(), self.evaluated)

    def training(self) -> None:
        """Every parameter that trains and can reach an output gets a gradient, all of them finite; frozen ones none."""
        module = self.net.to_torch(weights=self.state).train()
        inputs = feeds(self.net, self.drawn.document.sizes[-1], 3, self.chance)
        names = [output.name for output in self.net.graph.outputs]
        outputs = by_name(module(*(torch.from_numpy(value) for value in inputs.values())), names)
        sums = [value.sin().sum() for value in outputs.values() if value.requires_grad]
        if sums:
            torch.stack(sums).sum().backward()
        self.gradients(module)
        for path, value in module.state_dict().items():
            if path.endswith(("running_mean", "running_var")):
                frozen = self.net.graph.parameters[path].frozen
                check(
                    not frozen or torch.equal(value, self.state[path]),
                    f"the frozen `{path}` has moved in training",
                )

    def gradients(self, module: torch.nn.Module) -> None:
        reached = self.reached()
        for path, parameter in module.named_parameters():
            declared = self.net.parameters[path]
            check(
                parameter.requires_grad == declared.trainable, f"`{path}`: requires_grad is not as declared"
            )
            if parameter.grad is None:
                check(not declared.trainable or path not in reached, f"`{path}` has no gradient")
            else:
                check(declared.trainable, f"`{path}` has a gradient, and is frozen")
                check(parameter.grad.isfinite().all(), f"the gradient of `{path}` is not finite")

    def reached(self) -> set[str]:
        """The parameters of all nodes that an output is made from, in training."""
        wanted = {output.value.name for output in self.net.graph.outputs}
        paths: set[str] = set()
        for node in reversed(self.net.graph.nodes):
            if node.output.name in wanted:
                wanted.update(value.name for value in node.inputs)
                paths.update(node.parameters.values())
        return paths


def compared(drawn: Drawn, seed: int) -> Seen:
    """Compare everything of a spec. Raises ``Disagreement``, with the spec, where something is not the same."""
    try:
        return Compared(drawn, seed).everything()
    except Disagreement as error:
        raise Disagreement(f"{error}\n{drawn.text}") from error
    except Exception as error:  # whatever it is, it is to be told with the spec
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        raise Disagreement(f"{type(error).__name__} at {place}: {error}\n{drawn.text}") from error
