"""``netc zoo``: the specs that come with netc."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import netc as package
from netc.cli import shipped

if TYPE_CHECKING:
    from tests.cli.conftest import Netc

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small zoo as an installed package has it: two networks, one of which imports a file of blocks."""
    zoo = tmp_path / "netc" / "zoo"
    (zoo / "blocks").mkdir(parents=True)
    for name in ("resnet.yaml", "mobilenet_v2.yaml", "char_rnn.yaml", "blocks/inverted_residual.yaml"):
        shutil.copy(SPECS / name, zoo / name)
    monkeypatch.setattr(shipped, "_FOLDERS", (zoo, tmp_path / "nowhere"))
    return zoo


@pytest.mark.usefixtures("installed")
def test_the_list(netc: Netc) -> None:
    ended = netc("zoo")
    assert (ended.status, ended.err) == (0, "")
    assert [line.rstrip() for line in ended.out.splitlines()] == [
        "name          parameters           MACs  variants              source",
        "─" * 163,
        "char_rnn       3,322,497      3310080·T                        "
        "A character-level language model: Generating Sequences With Recurrent Neural Networks (Graves, 2013)",
        "mobilenet_v2   3,504,872    300,774,272                        "
        "MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al., 2018)",
        "resnet        25,557,032  4,089,184,256  18, 34, 50, 101, 152  "
        "Deep Residual Learning for Image Recognition (He et al., 2015)",
    ]


@pytest.mark.usefixtures("installed")
def test_the_list_for_programs_and_documents(netc: Netc) -> None:
    rows = json.loads(netc("zoo", "--format", "json").out)
    assert rows[2] == {
        "name": "resnet",
        "variant": None,
        "variants": ["18", "34", "50", "101", "152"],
        "params": 25_557_032,
        "macs": 4_089_184_256,
        "source": "Deep Residual Learning for Image Recognition (He et al., 2015)",
    }
    assert rows[0]["macs"] == "3310080·T"
    assert netc("zoo", "mobilenet_v2", "--variants", "--format", "markdown").out.splitlines() == [
        "| name | variant | parameters | MACs |",
        "| --- | --- | ---: | ---: |",
        "| mobilenet\\_v2 |  | 3,504,872 | 300,774,272 |",
    ]


@pytest.mark.usefixtures("installed")
def test_the_variants_of_a_network(netc: Netc) -> None:
    assert netc("zoo", "resnet", "--variants").out.splitlines() == [
        "name    variant  parameters            MACs",
        "───────────────────────────────────────────",
        "resnet  18       11,689,512   1,814,073,344",
        "resnet  34       21,797,672   3,663,761,408",
        "resnet  50       25,557,032   4,089,184,256",
        "resnet  101      44,549,160   7,801,405,440",
        "resnet  152      60,192,808  11,513,626,624",
    ]
    rows = json.loads(netc("zoo", "--variants", "--format", "json").out)
    assert [row["variant"] for row in rows] == [None, None, "18", "34", "50", "101", "152"]


def test_a_network_is_printed_as_it_stands(netc: Netc, installed: Path) -> None:
    ended = netc("zoo", "resnet")
    assert ended == (0, (installed / "resnet.yaml").read_text(encoding="utf-8"), "")


def test_what_it_imports_is_named_and_printed_too(netc: Netc, tmp_path: Path, installed: Path) -> None:
    ended = netc("zoo", "mobilenet_v2")
    assert ended.err == (
        "it imports blocks/inverted_residual.yaml, which `netc zoo blocks/inverted_residual` prints\n"
    )
    (tmp_path / "blocks").mkdir()
    (tmp_path / "net.yaml").write_text(ended.out, encoding="utf-8")
    library = netc("zoo", "blocks/inverted_residual").out
    (tmp_path / "blocks" / "inverted_residual.yaml").write_text(library, encoding="utf-8")
    copied = package.load(tmp_path / "net.yaml")
    assert copied.parameters == package.load(installed / "mobilenet_v2.yaml").parameters


def test_where_a_network_lies_is_a_path_that_other_commands_take(netc: Netc, installed: Path) -> None:
    ended = netc("zoo", "mobilenet_v2", "--path")
    assert ended == (0, f"{installed / 'mobilenet_v2.yaml'}\n", "")
    assert netc("check", ended.out.strip()).status == 0


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resnet18"], "there is no spec `resnet18` in the zoo: did you mean `resnet`?"),
        (["../secret"], "there is no spec `../secret` in the zoo: `netc zoo` lists them"),
        (
            ["blocks/inverted_residual", "--variants"],
            "there is no spec `blocks/inverted_residual` in the zoo: `netc zoo` lists them",
        ),
        (["--path"], "--path is of one spec: name it, as in `netc zoo resnet --path`"),
    ],
)
def test_what_is_not_there(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc("zoo", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f"\nError: {message}\n")


@pytest.fixture
def renames(installed: Path) -> Path:
    """The installed zoo with files of renames, of which one serves a variant alone."""
    for name in ("torchvision/resnet.txt", "torchvision/resnet-18.txt", "timm/mobilenet_v2.txt"):
        (installed / "renames" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SPECS / "renames" / name, installed / "renames" / name)
    return installed / "renames"


@pytest.mark.usefixtures("renames")
def test_files_of_renames_are_listed(netc: Netc) -> None:
    listed = "timm/mobilenet_v2\ntorchvision/resnet\ntorchvision/resnet-18\n"
    assert netc("zoo", "--renames") == (0, listed, "")
    assert netc("zoo", "resnet", "--renames") == (0, "torchvision/resnet\ntorchvision/resnet-18\n", "")
    assert netc("zoo", "char_rnn", "--renames") == (
        0,
        "",
        "netc comes with no file of renames for char_rnn\n",
    )


def test_a_file_of_renames_is_printed_and_found(netc: Netc, renames: Path) -> None:
    text = (renames / "torchvision" / "resnet-18.txt").read_text(encoding="utf-8")
    assert netc("zoo", "torchvision/resnet-18") == (0, text, "")
    path = f"{renames / 'timm' / 'mobilenet_v2.txt'}\n"
    assert netc("zoo", "timm/mobilenet_v2", "--path") == (0, path, "")


@pytest.mark.usefixtures("renames")
def test_files_of_renames_are_no_networks(netc: Netc) -> None:
    assert [row["name"] for row in json.loads(netc("zoo", "--format", "json").out)] == [
        "char_rnn",
        "mobilenet_v2",
        "resnet",
    ]
    ended = netc("zoo", "torchvision/resnet", "--renames")
    assert ended.err.endswith(
        "\nError: there is no spec `torchvision/resnet` in the zoo: `netc zoo` lists them\n"
    )


def test_an_installation_without_a_zoo_says_so(
    netc: Netc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "_FOLDERS", (tmp_path / "zoo", tmp_path / "specs"))
    message = f"error: this installation of netc has no zoo: there is no folder {tmp_path / 'zoo'}\n"
    assert netc("zoo") == (2, "", message)


def test_every_spec_of_the_source_tree_is_listed(netc: Netc) -> None:
    rows = json.loads(netc("zoo", "--format", "json").out)
    assert [row["name"] for row in rows] == sorted(path.stem for path in SPECS.glob("*.yaml"))
    assert all(row["source"] for row in rows)
