"""Specs of several files, on the command line and in what is written of them."""

from __future__ import annotations

import pickle
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import pytest

import netc as package
from tests.cli.test_startup import command, loaded

if TYPE_CHECKING:
    from tests.cli.conftest import Netc

MAIN = """\
netc: 1
import: [blocks/basic.yaml]
input: [1, 28, 28]
layers:
  - {use: basic.stem, with: {width: 4}}
"""
LIBRARY = """\
netc: 1
import: [more/deep.yml]
blocks:
  stem:
    params: {width: }
    layers: [{conv: $width, kernel: 3}, {use: deep.end}]
"""
DEEP = "netc: 1\nblocks: {end: {layers: [{act: relu}]}}\n"


@pytest.fixture(autouse=True)
def nets(folder: Path) -> None:
    """``nets/main.yaml``, which imports from below it."""
    for path, text in {"main.yaml": MAIN, "blocks/basic.yaml": LIBRARY, "blocks/more/deep.yml": DEEP}.items():
        file = folder / "nets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def test_libraries_below_a_folder_are_checked(netc: Netc) -> None:
    assert netc("check", "nets") == (0, "checked 3 specs: no errors, no warnings\n", "")
    assert netc("check", "nets/blocks", "nets/blocks/basic.yaml").out.startswith("checked 2 specs:")


@pytest.mark.parametrize("paths", [("nets",), ("nets/blocks", "nets"), ("./nets/main.yaml", "nets")])
def test_a_mistake_in_an_imported_file_is_reported_once(netc: Netc, paths: tuple[str, ...]) -> None:
    Path("nets/blocks/basic.yaml").write_text(LIBRARY.replace("kernel", "kernal"))
    Path("nets/second.yaml").write_text(MAIN)
    ended = netc("check", *paths, "--format", "concise")
    assert ended.out == (
        "nets/blocks/basic.yaml:6:29: error[E201] `conv` has no option `kernal` (help: did you mean `kernel`?)\n"
    )
    assert ended.status == 1


def test_a_mistake_that_a_use_makes_is_reported_once_at_the_block(netc: Netc) -> None:
    Path("nets/blocks/basic.yaml").write_text(LIBRARY.replace("kernel: 3", "kernel: 99"))
    Path("nets/second.yaml").write_text(MAIN)
    ended = netc("check", "nets", "--format", "concise")
    assert [line.split("] ")[0] for line in ended.out.splitlines()] == [
        "nets/blocks/basic.yaml:6:15: error[E402"
    ]


def test_the_lines_of_every_file_are_shown(netc: Netc) -> None:
    Path("nets/blocks/more/deep.yml").write_text(DEEP.replace("relu", "rellu"))
    ended = netc("summary", "nets/main.yaml")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error[E202]: expected one of `relu`, ")
    assert (
        ended.err.split("\n", 1)[1]
        == """\
 --> nets/blocks/more/deep.yml:2:31
  |
2 | blocks: {end: {layers: [{act: rellu}]}}
  |                               ^^^^^
 ::: nets/blocks/basic.yaml:2:10
  |
2 | import: [more/deep.yml]
  |          ------------- `more/deep.yml` is imported here
 ::: nets/main.yaml:2:10
  |
2 | import: [blocks/basic.yaml]
  |          ----------------- `blocks/basic.yaml` is imported here
  = help: did you mean `relu`?
"""
    )


def test_standard_input_imports_from_the_folder_of_its_name(netc: Netc) -> None:
    arguments = ("check", "-", "--format", "concise")
    assert netc(*arguments, "--stdin-filename", "nets/unsaved.yaml", stdin=MAIN).status == 0
    ended = netc(*arguments, stdin=MAIN)
    assert ended.out.startswith("<stdin>:2:10: error[E312] there is no file `blocks/basic.yaml`")


def test_a_library_cannot_be_summed_up(netc: Netc) -> None:
    for arguments in (["summary"], ["compile", "-o", "a.onnx"]):
        ended = netc(arguments[0], "nets/blocks/basic.yaml", *arguments[1:])
        assert (ended.status, ended.out, Path("a.onnx").exists()) == (1, "", False)
        assert ended.err == (
            "error[E203]: the file is a library of blocks: it has no network\n"
            " --> nets/blocks/basic.yaml:1:1\n"
            "  |\n"
            "1 | netc: 1\n"
            "  | ^\n"
            "  = help: `import` it in a spec that has an `input` and `layers`, and `use` its blocks there\n"
        )


def test_a_model_carries_the_texts_of_all_files_and_no_path_of_the_machine(netc: Netc, folder: Path) -> None:
    for spec, path in (("nets/main.yaml", "a.onnx"), (str(folder / "nets/main.yaml"), "b.onnx")):
        assert netc("compile", spec, "-o", path).status == 0
    assert Path("a.onnx").read_bytes() == Path("b.onnx").read_bytes()
    facts = {fact.key: fact.value for fact in onnx.load("a.onnx").metadata_props}
    assert facts.pop("netc.version")
    assert facts == {
        "netc.spec": MAIN,
        "netc.spec:blocks/basic.yaml": LIBRARY,
        "netc.spec:blocks/more/deep.yml": DEEP,
        "netc.spec_sha256": sha256(MAIN.encode()).hexdigest(),
    }


def test_a_network_knows_the_texts_of_all_files() -> None:
    net = package.load("nets/main.yaml")
    assert net.imported == {"blocks/basic.yaml": LIBRARY, "blocks/more/deep.yml": DEEP}
    assert pickle.loads(pickle.dumps(net)).imported == net.imported


def test_a_spec_without_imports_loads_nothing_for_them() -> None:
    names = ("netc.language.imports", "netc.language.location")
    assert loaded(command("check", "small.yaml"), names) == []
    assert loaded(command("check", "nets/main.yaml"), names) == [*names]
