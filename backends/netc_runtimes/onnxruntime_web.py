"""ONNX Runtime as it runs in browsers: its WebAssembly build, here under node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, final

from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape

PACKAGE = "onnxruntime-web"

RULES = (
    Rule(
        ("fails",),
        "onnxruntime-web reads one file: weights in a second, above 2 GiB, would be handed to it apart",
        lambda model: bool(model.data),
    ),
)


class WebError(Exception):
    """onnxruntime-web could not load or run a model; says why in its words."""


@final
class Loaded:
    """A model in a process of node's; satisfies ``netc.runtime.Session``."""

    def __init__(self, node: str, package: Path, model: Path) -> None:
        script = Path(__file__).with_suffix(".mjs")
        self._process = subprocess.Popen(  # noqa: S603  # the node that is on the path
            [node, str(script), str(package), str(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def run(self, inputs: Arrays) -> Arrays:
        with TemporaryDirectory() as folder:
            given = {
                name: _written(array, Path(folder, f"input{place}"))
                for place, (name, array) in enumerate(inputs.items())
            }
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"inputs": given, "folder": folder}) + "\n")
            self._process.stdin.flush()
            return {name: _read(tensor) for name, tensor in self._answer()["outputs"].items()}

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WebError(f"node ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise WebError(answer["error"])
        return answer


def _written(array: Any, file: Path) -> Mapping[str, object]:
    """An array in a file, as the script reads it."""
    file.write_bytes(array.tobytes())
    return {"type": array.dtype.name, "dims": array.shape, "file": str(file)}


def _read(tensor: Mapping[str, Any]) -> Any:
    """An array that the script has written."""
    import numpy as np

    elements = np.frombuffer(Path(tensor["file"]).read_bytes(), np.dtype(tensor["type"]))
    return elements.reshape(tensor["dims"])


@final
class OnnxRuntimeWeb:
    """ONNX Runtime as browsers have it: the npm package `onnxruntime-web`, its wasm, under node.

    `npm install onnxruntime-web`, in the current folder or one above it, in a folder whose `node_modules` the
    variable `NODE_PATH` names, or globally: that is where it is looked for, and node on the path.
    `ort.InferenceSession.create(bytes)` with the provider `wasm`, in a process of node's that answers by
    files.
    """

    name: str = "onnxruntime-web"
    dynamic: bool = True
    seconds: float = 120.0
    install: str = "the npm package `onnxruntime-web`, and node"

    def version(self) -> str | None:
        package = _package()
        if package is None or shutil.which("node") is None:
            return None
        return str(json.loads((package / "package.json").read_text())["version"])

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        node, package = shutil.which("node"), _package()
        if node is None or package is None:
            raise WebError(f"node or its package {PACKAGE} is not installed")
        return Loaded(node, package, path)

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


def _package() -> Path | None:
    """Where the npm package lies: where node would look, from the current folder."""
    for folder in _folders():
        if (folder / PACKAGE / "package.json").is_file():
            return folder / PACKAGE
    return None


def _folders() -> Iterator[Path]:
    """``node_modules`` here and in each folder above, then NODE_PATH's folders, then npm's global one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        yield folder / "node_modules"
    yield from (Path(folder) for folder in os.environ.get("NODE_PATH", "").split(os.pathsep) if folder)
    node = shutil.which("node")
    if node is not None:
        beside = Path(node).resolve().parent
        yield from (beside / "node_modules", beside.parent / "lib" / "node_modules")


runtime = OnnxRuntimeWeb()
