"""Programs of torch.export: what is in the file, and whether it computes what the module does."""

from __future__ import annotations

import json
import resource
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch

import netc
import netc_torch.archives
import netc_torch.export
from netc.compiler import Compilation, write_artifact
from netc_torch.archives import Patient
from netc_torch.export import guards
from tests.elaborate.specs import spec
from tests.netc_torch.emitted import images, outputs

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

ROOT = Path(__file__).resolve().parents[2]

SHARED = "shared weights"

LINEAR = spec("- {linear: 3, name: only}", "input: [4]")


class Case(NamedTuple):
    """A network, and the shapes of its inputs at several batches and sizes."""

    text: str
    shapes: tuple[tuple[tuple[int, ...], ...], ...]


CASES = {
    "two inputs that share a symbol": Case(
        spec(
            """\
            - {merge: add, from: [left, right]}
            - {conv: 4, kernel: 3, norm: batch}
            """,
            "dims: {H: {min: 3}}\ninputs: {left: [3, H, 8], right: [3, H, 8]}",
        ),
        (((1, 3, 3, 8), (1, 3, 3, 8)), ((2, 3, 9, 8), (2, 3, 9, 8))),
    ),
    "several outputs": Case(
        spec(
            """\
            - {conv: 4, kernel: 3, name: maps}
            - {global_pool: avg, name: mean}
            """,
            "dims: {H: {min: 3}}\ninput: [3, H, 5]\noutputs: [maps, mean]",
        ),
        (((1, 3, 3, 5),), ((3, 3, 7, 5),)),
    ),
    "a head for training": Case(
        spec(
            """\
            - {conv: 4, kernel: 3, name: maps}
            - {head: aux, layers: [flatten, {linear: 2}], train_only: true}
            - {global_pool: avg}
            """,
            "input: [3, 8, 8]",
        ),
        (((1, 3, 8, 8),), ((3, 3, 8, 8),)),
    ),
    "bytes of a photo": Case(
        spec(
            """\
            - {normalize: imagenet}
            - {conv: 4, kernel: 3, norm: batch, act: relu}
            - {global_pool: avg}
            """,
            "dims: {H: {min: 3}, W: {min: 3}}\ninput: {shape: [H, W, 3], dtype: uint8, layout: hwc}",
        ),
        (((1, 3, 3, 3),), ((2, 9, 4, 3),)),
    ),
    SHARED: Case(
        spec("- {conv: 4, kernel: 3, padding: 1, repeat: 3, share: true, norm: batch}", "input: [4, H, W]"),
        (((1, 4, 1, 1),), ((2, 4, 9, 4),)),
    ),
    "sizes that torch cannot prove to be none of 1": Case(
        spec(
            """\
            - {pool: avg, kernel: 3, stride: 2, padding: same}
            - {pool: max, kernel: 2, stride: 2, padding: same}
            """,
            "input: [4, 3, W]",
        ),
        (((1, 4, 3, 1),), ((2, 4, 3, 4),), ((2, 4, 3, 17),)),
    ),
    "indices": Case(
        spec(
            """\
            - {embed: 3, vocab: 9}
            - {permute: [1, 0]}
            - {conv: 5, kernel: 4}
            - {global_pool: max}
            """,
            "dims: {T: {min: 4}}\ninput: {shape: [T], dtype: int64, layout: sequence}",
        ),
        (((1, 4),), ((3, 5),), ((2, 30),)),
    ),
}


def write(net: netc.Network, path: Path, **options: Any) -> tuple[str, ...]:
    """The remarks on a network's program, which is written to ``path``."""
    compilation = Compilation(net.graph, net.text, "0", imported=net.imported, **options)
    return write_artifact(compilation, "torch", path).remarks


def fed(net: netc.Network, shapes: tuple[tuple[int, ...], ...]) -> list[torch.Tensor]:
    """Numbers of these shapes for each input."""
    chance = torch.Generator().manual_seed(0)
    made: list[torch.Tensor] = []
    for type_, shape in zip(net.inputs.values(), shapes, strict=True):
        if type_.dtype == "float32":
            made.append(torch.randn(shape, generator=chance))
        else:
            most = 256 if type_.dtype == "uint8" else 9
            made.append(torch.randint(most, shape, generator=chance, dtype=getattr(torch, type_.dtype)))
    return made


def assert_equal(found: Mapping[str, torch.Tensor], right: Mapping[str, torch.Tensor]) -> None:
    """The same outputs by the same names."""
    assert list(found) == list(right)
    for name, value in right.items():
        torch.testing.assert_close(found[name], value, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "optimize"), [*((name, True) for name in CASES), ("a head for training", False), (SHARED, False)]
)
def test_a_program_computes_what_the_module_does(name: str, optimize: bool, tmp_path: Path) -> None:
    case = CASES[name]
    net = netc.loads(case.text)
    assert write(net, tmp_path / "net.pt2", optimize=optimize) == ()
    module = net.to_torch(optimize=optimize).eval()
    program = torch.export.load(tmp_path / "net.pt2")
    assert list(program.state_dict) == list(module.state_dict())
    for shapes in case.shapes:
        inputs = fed(net, shapes)
        assert_equal(outputs(program.module(), inputs), outputs(module, inputs))


@pytest.mark.parametrize("name", ["gru_tagger", "siamese", "text_cnn"])
def test_a_program_of_the_zoo(name: str, tmp_path: Path) -> None:
    net = netc.load(ROOT / f"specs/{name}.yaml")
    assert write(net, tmp_path / "net.pt2", seed=1) == ()
    inputs = [torch.cat([one, one[:1]]) for one in images(net)]
    found = outputs(torch.export.load(tmp_path / "net.pt2").module(), inputs)
    assert_equal(found, outputs(net.to_torch(seed=1, optimize=True), inputs))


def test_the_file_says_where_it_comes_from_and_not_on_which_machine(tmp_path: Path) -> None:
    net = netc.load(ROOT / "specs/espcn.yaml")
    write(net, tmp_path / "net.pt2")
    with zipfile.ZipFile(tmp_path / "net.pt2") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/netc.json")]
        about = json.loads(archive.read(name))
        held = b"".join(map(archive.read, archive.namelist()))
    assert list(about) == ["netc.dims", "netc.spec", "netc.spec_sha256", "netc.version"]
    assert (about["netc.spec"], about["netc.version"]) == (net.text, "0")
    assert json.loads(about["netc.dims"])["W"] == {"min": 1, "max": None, "multiple_of": 1}
    for path in (ROOT, tmp_path, Path(torch.__file__).parents[1], Path.home()):
        assert str(path).encode() not in held, path


def test_the_bytes_depend_on_no_name(tmp_path: Path) -> None:
    for name in ("one.pt2", "two.pt2"):
        write(netc.loads(LINEAR), tmp_path / name, seed=1)
    assert (tmp_path / "one.pt2").read_bytes() == (tmp_path / "two.pt2").read_bytes()
    write(netc.loads(LINEAR), tmp_path / "one.pt2", seed=2)
    assert (tmp_path / "one.pt2").read_bytes() != (tmp_path / "two.pt2").read_bytes()


@contextmanager
def small_files() -> Generator[None]:
    """No file of this process may grow beyond 10 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "net.pt2"
    path.write_text("the old one")
    net = netc.loads(spec("- {linear: 200}", "input: [200]"))
    with small_files(), pytest.raises(netc.FileError) as caught:
        write(net, path)
    assert str(caught.value) == f"cannot write {path}: File too large"
    assert [file.read_text() for file in tmp_path.iterdir()] == ["the old one"]


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_program: object, file: Patient, **_more: object) -> None:
        file.write(b"some of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(netc_torch.archives, "save", interrupted)
    (tmp_path / "net.pt2").write_text("the old one")
    with pytest.raises(KeyboardInterrupt):
        write(netc.loads(LINEAR), tmp_path / "net.pt2")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["the old one"]


def test_other_numbers_than_the_module_s_are_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(program: Any, _graph: object) -> None:
        program.state_dict["only.bias"] = torch.nn.Parameter(torch.ones(3))

    monkeypatch.setattr(netc_torch.export, "widen", wrong)
    with pytest.raises(netc.BackendError) as caught:
        write(netc.loads(LINEAR), tmp_path / "net.pt2")
    start = "torch.export's program of _string_ gives other numbers than its module for 1×4: ship .onnx, or"
    assert str(caught.value).startswith(start)
    assert list(tmp_path.iterdir()) == []


def test_what_torch_excludes_is_told_in_the_words_of_a_spec() -> None:
    message = (
        "Constraints violated (T)! For more information, run with TORCH_LOGS.\n"
        "  - Not all values of T = L['words'].size()[1] in the specified range 5 <= T satisfy the generated "
        "guard ((-4) + L['words'].size()[1]) != 1.\n"
        "\nThe error above occurred when calling torch.export.export.\n"
    )
    assert guards(message) == (
        "narrower than the spec, for torch.export: Not all values of T = axis 1 of `words` in the specified "
        "range 5 <= T satisfy the generated guard ((-4) + axis 1 of `words`) != 1",
    )
    assert guards("Could not guard on data-dependent expression") == ()
