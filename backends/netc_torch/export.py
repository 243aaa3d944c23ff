"""Programs of torch.export: a file that runs where torch is and netc is not."""

from __future__ import annotations

import json
import logging
import re
import warnings
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch._dynamo.exc import UserError
from torch.export import ExportedProgram, export

from netc.artifact import Written
from netc.errors import BackendError
from netc.ops.sequence import Recurrent
from netc_torch.archives import save_program
from netc_torch.asserts import settle
from netc_torch.guards import loosen
from netc_torch.loops import looped, without_checks
from netc_torch.ranges import dynamic_shapes, small_inputs, traced_inputs, widen

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from torch import nn

    from netc.artifact import Request
    from netc.graph import Graph

METADATA = "netc.json"
"""The file inside the program's that says where it comes from: one of the ``extra_files`` of torch."""

LOCAL = re.compile(r"L\['([^']*)'\]\.size\(\)\[([0-9]+)\]")


def write_program(module: nn.Module, request: Request, path: Path) -> Written:
    """Write a module in evaluation as a program at ``path``.

    The batch is a size of its own, and so is each symbol of the spec, with its facts; where torch narrows
    those, a remark says so. Raises ``BackendError`` for what torch cannot trace.
    """
    program, remarks = traced(module, request.graph)
    strip(program)
    without_checks(program)
    loosen(program, request.graph)
    narrowed = settle(program, request.graph)
    widen(program, request.graph)
    remarks = (remarks if narrowed else ()) or refused(module, program, request.graph)
    save_program(program, path, {METADATA: json.dumps(request.metadata, indent=1)})
    return Written(None, remarks)


def traced(module: nn.Module, graph: Graph) -> tuple[ExportedProgram, tuple[str, ...]]:
    """The program of a module in evaluation, and what there is to say of it."""
    run = partial(export, module.eval(), traced_inputs(graph), dynamic_shapes=dynamic_shapes(graph))
    with warnings.catch_warnings(), quiet(), looped(graph), torch.no_grad():
        warnings.simplefilter("ignore")  # of what torch.export does inside, and will do otherwise
        try:
            return run(), ()
        except UserError as error:
            narrowed = guards(str(error))
            if not narrowed:
                raise BackendError(refusal(graph, str(error))) from error
            # What a guard excludes is refused when the program runs, not when it is made.
            try:
                return run(prefer_deferred_runtime_asserts_over_guards=True), narrowed
            except UserError as again:
                raise BackendError(refusal(graph, str(again))) from again


def guards(message: str) -> tuple[str, ...]:
    """The sizes that torch excludes, a remark each; none where it says anything else."""
    lines = [line.strip(" -") for line in message.splitlines() if line.startswith("  - ")]
    if not lines or not all(line.startswith("Not all values of ") for line in lines):
        return ()
    return tuple(f"narrower than the spec, for torch.export: {plain(line)}" for line in lines)


def plain(line: str) -> str:
    """A line of torch's without its words for locals: ``L['x'].size()[1]`` is an axis."""
    return LOCAL.sub(r"axis \2 of `\1`", line).rstrip(".")


def refusal(graph: Graph, message: str) -> str:
    """Why there is no program."""
    recurrent = [node.path for node in graph.evaluated if isinstance(node.op, Recurrent)]
    if recurrent and "specialized it to be a constant" in message:
        return (
            f"torch.export unrolls recurrent layers step by step, and `{recurrent[0]}` has any number: "
            "write a number in the input's shape, or ship .onnx, which keeps every size"
        )
    return f"torch.export cannot trace {graph.name}: {message.strip().splitlines()[0]}"


@contextmanager
def quiet() -> Generator[None]:
    """Keeps what torch logs of a trace that fails to itself: the error says it."""
    logger = logging.getLogger("torch")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def refused(module: nn.Module, program: ExportedProgram, graph: Graph) -> tuple[str, ...]:
    """A remark where a program does not take the smallest sizes.

    Raises ``BackendError`` where it takes them, and gives other numbers than the module.
    """
    run = program.module()
    for inputs in small_inputs(graph):
        shapes = ", ".join("×".join(map(str, tensor.shape)) for tensor in inputs)
        with torch.no_grad():
            right = module(*inputs)
            try:
                found = run(*inputs)
            except (AssertionError, RuntimeError) as error:
                fact = str(error).strip().splitlines()[0]
                return (f"narrower than the spec, for torch.export: no {shapes} ({fact})",)
        try:
            torch.testing.assert_close(found, right)
        except AssertionError as error:
            fact = f"torch.export's program of {graph.name} gives other numbers than its module for {shapes}"
            raise BackendError(f"{fact}: ship .onnx, or report it. {error}") from error
    return ()


def strip(program: ExportedProgram) -> None:
    """Take the places in source files from a program: they are this machine's, and nobody else's."""
    for module in program.graph_module.modules():
        graph = getattr(module, "graph", None)
        for node in () if graph is None else graph.nodes:
            node.meta.pop("stack_trace", None)
