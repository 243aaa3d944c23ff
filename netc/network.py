"""A checked network, and what can be asked of it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Literal, final, overload

from netc.artifact import FloatType, Precision
from netc.compiler import Compilation, compile_in_memory, source_of, write_artifact, write_weights
from netc.report.summary import LayerSummary, Summary, summarize
from netc.types import shape_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import torch

    from netc.graph import Graph
    from netc.types import ParameterType, TensorType
    from netc.weights.rename import Rule


@final
class Network:
    """A network whose every shape is known to fit.

    ``netc.load`` and ``netc.loads`` make one. It is data: it can be pickled and compared by its graph's text.
    ``text`` is the spec's, ``imported`` the texts of the files it imports, by their paths from its folder.
    """

    def __init__(self, graph: Graph, text: str, version: str, imported: Mapping[str, str]) -> None:
        self.graph = graph
        self.text = text
        self.imported = imported
        self._version = version

    @property
    def name(self) -> str:
        """The network's name."""
        return self.graph.name

    @property
    def doc(self) -> str:
        """The spec's free text."""
        return self.graph.doc

    @property
    def inputs(self) -> Mapping[str, TensorType]:
        """Each input's type, without the batch axis, in the spec's order."""
        return {value.name: value.type for value in self.graph.inputs}

    @property
    def outputs(self) -> Mapping[str, TensorType]:
        """Each output's type, without the batch axis, in the spec's order; train-only heads included."""
        return {output.name: output.value.type for output in self.graph.outputs}

    @property
    def parameters(self) -> Mapping[str, ParameterType]:
        """Each parameter and buffer by its path, in order of execution: the keys of a ``state_dict``.

        A shared one is there once, at the layer that owns it.
        """
        return {path: parameter.type for path, parameter in self.graph.parameters.items()}

    @property
    def layers(self) -> Mapping[str, LayerSummary]:
        """What ``netc summary`` prints of each layer, by path."""
        return self.summary.layers

    @property
    def summary(self) -> Summary:
        """The table of layers and the totals."""
        return summarize(self.graph)

    def to_torch(
        self,
        *,
        seed: int = 0,
        weights: str | Path | Mapping[str, object] | None = None,
        renames: str | Sequence[str] = (),
        outputs: str | Sequence[str] = (),
        optimize: bool = False,
    ) -> torch.nn.Module:
        """A PyTorch module whose ``state_dict`` keys are ``parameters``' paths.

        It begins from ``weights`` (a safetensors file, or arrays or tensors by path), or from the seed's
        initial numbers. ``renames`` are what ``--rename`` takes, one or several: ``PATTERN=REPLACEMENT``, or
        ``@FILE`` with one a line; they turn the names in ``weights`` into paths. It takes its inputs in the
        spec's order, batch first, and returns a tensor where the spec has one output, else a dict by name.

        ``outputs`` are the values that it gives in place of the spec's outputs, by the paths of layers and
        scopes; what these do not need is no part of it. With ``optimize`` it is made for inference, in
        evaluation mode: norms and the like are folded into the layers beside them, and the keys are those of
        the parameters that are left.

        Raises ``WeightsError`` where weights do not fit, ``OutputsError`` where the network has no such
        values, ``ValueError`` for a bad rename.
        """
        return self.compile(
            "torch", seed=seed, weights=weights, renames=renames, outputs=outputs, optimize=optimize
        )

    def to_onnx(
        self,
        path: str | Path,
        *,
        seed: int = 0,
        weights: str | Path | Mapping[str, object] | None = None,
        renames: str | Sequence[str] = (),
        outputs: str | Sequence[str] = (),
        opset: int | None = None,
        optimize: bool = True,
        dtype: FloatType = "float32",
        io_dtype: FloatType = "float32",
        quantize: Literal["int8"] | None = None,
        calibrate: str | Path | Mapping[str, object] | None = None,
    ) -> None:
        """Write an ONNX file, whole or not at all; ``weights``, ``renames``, ``outputs`` as in ``to_torch``.

        With ``optimize`` layers are folded into others, so that there are fewer nodes; else the graph is as
        the spec has it, trainable.
        ``opset`` is 13 to 23; by default 17, or, where ``dtype`` needs a later one, the first that has it.
        ``dtype`` is the type of the weights and of what is computed but for norms and softmax, ``io_dtype``
        that of inputs and outputs where the spec has float32. ``quantize`` makes an int8 model whose ranges
        are measured on ``calibrate``: a folder, an ``.npz`` file, or arrays by the inputs' names, samples
        along their first axis; what accuracy that costs is in the file's metadata (``netc.quantization``).

        Raises ``WeightsError`` where weights do not fit the network, or ``dtype``; ``FileError`` where
        calibration inputs do not; ``BackendError`` for what ONNX lacks.
        """
        compilation = self._compilation(
            seed=seed,
            weights=weights,
            renames=renames,
            outputs=outputs,
            opset=opset,
            optimize=optimize,
            dtype=dtype,
            io_dtype=io_dtype,
            quantize=quantize,
            calibrate=calibrate,
        )
        write_artifact(compilation, "onnx", path)

    def to_source(self) -> str:
        """PyTorch code that a person would have written: one file, whose last class is the network.

        It needs torch alone, and its ``state_dict`` has the keys of ``to_torch``'s module, so that weights
        move between the two. Raises ``BackendError`` where torch is not installed.
        """
        return source_of(self.graph)

    def to_safetensors(
        self,
        path: str | Path,
        *,
        seed: int = 0,
        weights: str | Path | Mapping[str, object] | None = None,
        renames: str | Sequence[str] = (),
    ) -> None:
        """Write the weights alone: those given, under their paths, or by default the seed's initial ones."""
        write_weights(self._compilation(seed=seed, weights=weights, renames=renames), path)

    @overload
    def compile(self, backend: Literal["torch"], **options: Any) -> torch.nn.Module: ...
    @overload
    def compile(self, backend: str, **options: Any) -> Any: ...
    def compile(self, backend: str, **options: Any) -> Any:
        """What the backend of this name makes, in memory.

        Options are ``to_onnx``'s, and ``rules``, which are parsed renames. Raises ``BackendError`` where
        there is no such backend.
        """
        return compile_in_memory(self._compilation(**options), backend)

    def _compilation(self, **options: Any) -> Compilation:
        renames = options.pop("renames", ())
        outputs = options.pop("outputs", ())
        options["outputs"] = (outputs,) if isinstance(outputs, str) else tuple(outputs)
        if renames:
            options["rules"] = (*options.get("rules", ()), *rename_rules(renames, options.get("weights")))
        precision = Precision(**{name: options.pop(name) for name in Precision._fields if name in options})
        return Compilation(
            self.graph, self.text, self._version, imported=self.imported, precision=precision, **options
        )

    def __repr__(self) -> str:
        totals = self.summary.totals
        return f"<netc.Network {self.name}: {totals.params:,} parameters, {totals.macs:,} MACs>"

    def _repr_html_(self) -> str:
        """The table of layers, for notebooks."""
        summary = self.summary
        head = "".join(f"<th>{name}</th>" for name in ("layer", "kind", "output", "parameters", "MACs"))
        rows = "".join(
            f"<tr><td>{escape(row.path)}</td><td>{escape(row.kind)}</td>"
            f"<td>{shape_text(row.output.shape)}</td><td>{row.params:,}</td><td>{row.macs:,}</td></tr>"
            for row in summary.layers.values()
        )
        caption = f"{escape(self.name)}: {summary.totals.params:,} parameters, {summary.totals.macs:,} MACs"
        return f"<table><caption>{caption}</caption><tr>{head}</tr>{rows}</table>"


def rename_rules(renames: str | Sequence[str], weights: object) -> list[Rule]:
    """The rules of one rename or several. Raises ``ValueError`` for a bad one, and where no weights are."""
    from netc.weights.rename import parse_rules  # noqa: PLC0415  # needed where weights are renamed

    if weights is None:
        raise ValueError("`renames` rename the tensors of `weights`: give these, too")
    return parse_rules([renames] if isinstance(renames, str) else renames)
