"""Which files `import` reads, how often, and what it refuses: nothing outside of the importing file's folder."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netc.compiler import Checked, check_bytes
from netc.elaborate import Overrides
from netc.language import imports, location
from netc.reader import BYTE_LIMIT

if TYPE_CHECKING:
    from netc.language.location import Content

LIBRARY = "netc: 1\nblocks:\n  basic: {layers: [{conv1x1: 8}]}\n"
BELOW = "imported files lie in the folder of the file that imports them, or below it"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, `specs` in a folder of its own."""
    place = tmp_path / "specs"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was read, by its name."""
    counts: Counter[str] = Counter()
    content = location.content

    def counted(path: Path) -> Content:
        counts[path.name] += 1
        return content(path)

    monkeypatch.setattr(imports, "content", counted)
    return counts


def write(path: str, text: str = LIBRARY) -> None:
    """A file, and the folders it lies in."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def library(*files: str) -> str:
    """A library that imports files and uses the block of each."""
    layers = ", ".join(f"{{use: {Path(file).stem}.basic}}" for file in files)
    return f"netc: 1\nimport: [{', '.join(files)}]\nblocks:\n  basic: {{layers: [{layers}]}}\n"


def checked(*files: str, file: str = "main.yaml") -> Checked:
    """A network that imports files and uses the block of each."""
    layers = "\n".join(f"  - {{use: {Path(name).stem}.basic}}" for name in files)
    text = f"netc: 1\nimport: [{', '.join(files)}]\ninput: [3, 8, 8]\nlayers:\n{layers}\n"
    return check_bytes(text.encode(), file, Overrides())


def errors(*files: str, file: str = "main.yaml") -> list[str]:
    """What is said of that network."""
    result = checked(*files, file=file)
    assert result.graph is None
    return [
        f"{one.span.file}:{one.span.line} {one.code} {one.text}" + (f" ({one.help})" if one.help else "")
        for one in result.diagnostics
    ]


def test_a_file_beside_and_one_below() -> None:
    write("first.yaml")
    write("blocks/more/second.yml")
    result = checked("first.yaml", "./blocks/more/second.yml")
    assert result.diagnostics == []
    assert result.imported == {"blocks/more/second.yml": LIBRARY, "first.yaml": LIBRARY}
    assert list(result.sources) == ["first.yaml", "blocks/more/second.yml", "main.yaml"]


@pytest.mark.parametrize(
    ("main", "named"),
    [
        ("nets/main.yaml", "nets/lib.yaml"),
        ("./nets/main.yaml", "nets/lib.yaml"),
        ("<stdin>", "lib.yaml"),
        ("nets/<stdin>", "nets/lib.yaml"),
    ],
)
def test_paths_begin_at_the_folder_of_the_name_that_the_text_has(main: str, named: str) -> None:
    write(named, "netc: 1\nblocks: {basic: {layers: [flat]}}\n")
    [error] = errors("lib.yaml", file=main)
    assert error.startswith(f"{named}:2 E204 there is no layer kind `flat`")


def test_a_spec_that_is_a_link_imports_from_where_it_lies(folder: Path) -> None:
    write("nets/lib.yaml", "netc: 1\nblocks: {basic: {layers: [flat]}}\n")
    write("nets/main.yaml")
    Path("link.yaml").symlink_to("nets/main.yaml")
    [error] = errors("lib.yaml", file="link.yaml")
    assert error.startswith(f"{folder / 'nets/lib.yaml'}:2 E204 ")


def test_a_file_imports_from_its_own_folder_and_not_from_its_importers() -> None:
    write("blocks/outer.yaml", library("inner.yaml"))
    write("blocks/inner.yaml")
    assert checked("blocks/outer.yaml").diagnostics == []
    write("inner.yaml")
    write("blocks/outer.yaml", library("../inner.yaml"))
    assert errors("blocks/outer.yaml") == [
        f"blocks/outer.yaml:2 E312 `../inner.yaml` lies outside of the folder of this file ({BELOW})"
    ]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    "written", ["../secret.yaml", "blocks/../../secret.yaml", "link.yaml", "out/secret.yaml"]
)
def test_nothing_outside_is_read_nor_told_apart_from_nothing(
    written: str, there: bool, reads: Counter[str]
) -> None:
    if there:
        write("../secret.yaml", "password: hunter2\n")
    Path("link.yaml").symlink_to("../secret.yaml")
    Path("out").symlink_to("..")
    Path("blocks").mkdir()
    assert errors(written) == [
        f"main.yaml:2 E312 `{written}` lies outside of the folder of this file ({BELOW})"
    ]
    assert not reads


def test_a_link_within_the_folder() -> None:
    write("versions/resnet_v2.yaml")
    Path("resnet.yaml").symlink_to("versions/resnet_v2.yaml")
    result = checked("resnet.yaml")
    assert result.diagnostics == []
    assert list(result.imported) == ["versions/resnet_v2.yaml"]


def test_a_link_that_leads_back_to_itself() -> None:
    Path("ring.yaml").symlink_to("ring.yaml")
    [error] = errors("ring.yaml")
    assert error == "main.yaml:2 E312 `ring.yaml` is a link that leads back to itself (link it to a file)"


def test_a_link_to_a_file_of_another_sort() -> None:
    write("notes.txt")
    Path("notes.yaml").symlink_to("notes.txt")
    assert errors("notes.yaml") == [
        "main.yaml:2 E312 `notes.yaml` links to a file that is no .yaml or .yml file (rename the file)"
    ]


def test_a_pipe_is_not_waited_for(reads: Counter[str]) -> None:
    os.mkfifo("pipe.yaml")
    assert errors("pipe.yaml") == [
        "main.yaml:2 E312 `pipe.yaml` is no regular file (write its text into a file)"
    ]
    assert not reads


def test_a_file_that_becomes_a_pipe_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo("pipe.yaml")

    def found(*_: object) -> Path:
        return Path("pipe.yaml").resolve()

    monkeypatch.setattr(imports, "find_file", found)
    assert errors("pipe.yaml") == ["main.yaml:2 E312 `pipe.yaml` cannot be read: it is no regular file"]


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    write("lib.yaml")

    def refuse(path: Path) -> Content:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(imports, "content", refuse)
    assert errors("lib.yaml") == ["main.yaml:2 E312 `lib.yaml` cannot be read: permission denied"]


def test_a_name_that_is_too_long() -> None:
    [error] = errors("n" * 300 + ".yaml")
    assert error == f"main.yaml:2 E312 `{'n' * 79}…` cannot be read: file name too long"


def test_a_mebibyte_and_a_byte_more() -> None:
    write("lib.yaml", LIBRARY + "#" * (BYTE_LIMIT - len(LIBRARY)))
    assert checked("lib.yaml").diagnostics == []
    write("lib.yaml", LIBRARY + "#" * (BYTE_LIMIT - len(LIBRARY) + 3000))
    [error] = errors("lib.yaml")
    assert error.startswith("lib.yaml:1 E104 the text is too long: 1,051,576 bytes, and at most 1,048,576 ")


def test_fifty_files_and_one_more(reads: Counter[str]) -> None:
    files = [f"lib{number}.yaml" for number in range(51)]
    for file in files:
        write(file)
    assert checked(*files[:50]).diagnostics == []
    assert len(reads) == 50
    assert errors(*files) == [
        "main.yaml:2 E104 the spec imports more than 50 files, all that its imports import included "
        "(put blocks of one family into one file)"
    ]


def test_a_chain_of_fifty_files_and_one_more() -> None:
    for number in range(51):
        write(f"lib{number}.yaml", library(f"lib{number + 1}.yaml"))
    write("lib51.yaml")
    write("lib49.yaml")
    assert checked("lib0.yaml").diagnostics == []
    write("lib49.yaml", library("lib50.yaml"))
    [error] = errors("lib0.yaml")
    assert error.startswith("lib49.yaml:2 E104 the spec imports more than 50 files")


def test_each_file_is_read_once_by_whatever_path(reads: Counter[str]) -> None:
    write("blocks/shared.yaml")
    Path("other.yaml").symlink_to("blocks/shared.yaml")
    write("blocks/lib.yaml", library("../blocks/shared.yaml"))
    write("lib2.yaml", library("blocks/./shared.yaml", "other.yaml"))
    assert checked("blocks/shared.yaml", "blocks/lib.yaml", "lib2.yaml", "other.yaml").diagnostics == []
    assert reads == {"shared.yaml": 1, "lib.yaml": 1, "lib2.yaml": 1}


def test_a_mistake_in_a_file_of_many_importers_is_reported_once() -> None:
    write("shared.yaml", "netc: 1\nparams: {w: $v}\nblocks: {basic: {layers: [flat]}}\n")
    write("left.yaml", library("shared.yaml"))
    write("right.yaml", library("shared.yaml"))
    found = checked("left.yaml", "right.yaml").diagnostics
    assert [(one.span.file, one.span.line, one.code) for one in found] == [
        ("shared.yaml", 2, "E303"),
        ("shared.yaml", 3, "E204"),
    ]
    for one in found:
        assert [(note.message, note.span and note.span.file) for note in one.notes] == [
            ("`shared.yaml` is imported here", "left.yaml"),
            ("`left.yaml` is imported here", "main.yaml"),
        ]


def test_diamonds_on_diamonds_take_linear_time(reads: Counter[str]) -> None:
    write("lib0a.yaml")
    write("lib0b.yaml")
    for level in range(1, 24):
        both = f"lib{level - 1}a.yaml, lib{level - 1}b.yaml"
        for side in "ab":
            text = f"netc: 1\nimport: [{both}]\nblocks: {{basic: {{layers: [{{use: lib0a.basic}}]}}}}\n"
            write(f"lib{level}{side}.yaml", text.replace("lib0a.basic", f"lib{level - 1}a.basic"))
    assert checked("lib23a.yaml", "lib23b.yaml").diagnostics == []
    assert set(reads.values()) == {1}
    assert len(reads) == 48


def test_what_an_unreadable_file_would_have_given_is_not_missed() -> None:
    assert errors("lib.yaml") == [
        "main.yaml:2 E312 there is no file `lib.yaml` "
        "(files are named from the folder of the file that imports them, as in `blocks/resnet.yaml`)"
    ]


def test_a_spec_without_imports_looks_at_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a file was looked for")

    monkeypatch.setattr(imports, "read_imported", refuse)
    assert check_bytes(LIBRARY.encode(), "lib.yaml", Overrides()).diagnostics == []
    assert (
        check_bytes(b"netc: 1\nimport: []\ninput: [3]\nlayers: []\n", "a.yaml", Overrides()).diagnostics == []
    )


def test_a_file_that_is_not_there_is_not_taken_for_another_of_the_same_ending() -> None:
    write("main.yaml")
    write("resnet.yml")
    assert errors("nosuch.yaml") == [
        "main.yaml:2 E312 there is no file `nosuch.yaml` (files are named from the folder of the file that "
        "imports them, as in `blocks/resnet.yaml`)"
    ]
    assert errors("resnet.yaml") == [
        "main.yaml:2 E312 there is no file `resnet.yaml` (did you mean `resnet.yml`?)"
    ]
