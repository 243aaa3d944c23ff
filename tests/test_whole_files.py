"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from netc.errors import FileError
from netc.files import whole

FULL = OSError(errno.ENOSPC, "No space left on device")


def message(path: Path | str) -> str:
    """Why ``path`` cannot be written."""
    with pytest.raises(FileError) as caught, whole(path):
        pytest.fail("the block ran")
    return str(caught.value)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_its_place_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("old")
    with whole(target) as path:
        assert path.name == "model.onnx"
        path.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(tmp_path) == ["model.onnx"]


def test_companions_arrive_with_it(tmp_path: Path) -> None:
    (tmp_path / "model.onnx.data").write_text("old")
    with whole(tmp_path / "model.onnx") as path:
        path.write_text("model")
        path.with_name("model.onnx.data").write_text("numbers")
    assert names(tmp_path) == ["model.onnx", "model.onnx.data"]
    assert (tmp_path / "model.onnx.data").read_text() == "numbers"


def write(target: Path, error: BaseException | None = None, companion: str = "model.onnx.data") -> None:
    with whole(target) as path:
        path.write_text("new")
        path.with_name(companion).write_text("numbers")
        if error is not None:
            raise error


def test_folders_are_removed_and_never_moved(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught, whole(tmp_path / "z") as path:
        path.with_name("a").joinpath("b").mkdir(parents=True)
    assert str(caught.value) == f"cannot write {tmp_path / 'z'}: nothing was written"
    assert names(tmp_path) == []


def test_companions_arrive_before_it(tmp_path: Path) -> None:
    (tmp_path / "z.data").mkdir()
    with pytest.raises(FileError) as caught:
        write(tmp_path / "a.onnx", companion="z.data")
    assert str(caught.value) == f"cannot write {tmp_path / 'a.onnx'}: Is a directory"
    assert names(tmp_path) == ["z.data"]


@pytest.mark.parametrize(
    "error", [ValueError("no such op"), KeyboardInterrupt(), BrokenPipeError(errno.EPIPE, "x")]
)
def test_a_block_that_fails_leaves_the_old_file_alone(error: BaseException, tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("old")
    with pytest.raises(type(error)) as caught:
        write(target, error)
    assert caught.value is error
    assert target.read_text() == "old"
    assert names(tmp_path) == ["model.onnx"]


def test_a_full_disk_while_writing(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("old")
    with pytest.raises(FileError) as caught:
        write(target, FULL)
    assert str(caught.value) == f"cannot write {target}: No space left on device"
    assert target.read_text() == "old"
    assert names(tmp_path) == ["model.onnx"]


def test_a_full_disk_while_flushing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise FULL

    monkeypatch.setattr(os, "fsync", fail)
    target = tmp_path / "model.onnx"
    target.write_text("old")
    with pytest.raises(FileError) as caught:
        write(target)
    assert str(caught.value) == f"cannot write {target}: No space left on device"
    assert target.read_text() == "old"
    assert names(tmp_path) == ["model.onnx"]


BEYOND_THE_LIMIT = """
import resource, sys
from netc.errors import FileError
from netc.files import whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with whole(sys.argv[1]) as path:
        path.write_bytes(bytes(2000))
except FileError as error:
    sys.exit(f"{error}")
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="the system limits no file sizes")
def test_a_file_that_outgrows_its_limit(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("old")
    command = [sys.executable, "-c", BEYOND_THE_LIMIT, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"cannot write {target}: File too large\n")
    assert target.read_text() == "old"
    assert names(tmp_path) == ["model.onnx"]


def test_the_error_of_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole(tmp_path / "model.onnx"):
        (tmp_path / "weights").read_bytes()


def test_a_block_that_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    with pytest.raises(FileError) as caught, whole(target):
        pass
    assert str(caught.value) == f"cannot write {target}: nothing was written"
    assert names(tmp_path) == []


def test_permissions_are_those_of_any_new_file_or_of_the_old_one(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with whole(tmp_path / "new") as path:
            path.write_text("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o604)
    with whole(tmp_path / "new") as path:
        path.write_text("y")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o604


def test_a_target_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with whole("model.onnx") as path:
        path.write_text("new")
    assert (tmp_path / "model.onnx").read_text() == "new"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "v3.onnx").write_text("old")
    link = tmp_path / "latest.onnx"
    link.symlink_to("v3.onnx")
    with whole(link) as path:
        path.write_text("new")
    assert link.is_symlink()
    assert (tmp_path / "v3.onnx").read_text() == "new"


def test_a_link_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("later")
    with whole(tmp_path / "link") as path:
        path.write_text("new")
    assert (tmp_path / "later").read_text() == "new"


def test_targets_that_cannot_be_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "ring").symlink_to("ring")
    assert message(tmp_path) == f"cannot write {tmp_path}: it is a folder; name a file in it"
    missing = tmp_path / "no" / "x.onnx"
    assert message(missing) == f"cannot write {missing}: there is no folder {tmp_path / 'no'}"
    below = tmp_path / "file" / "x.onnx"
    assert message(below) == f"cannot write {below}: Not a directory"
    assert message(tmp_path / "ring").startswith(f"cannot write {tmp_path / 'ring'}: ")
    long = tmp_path / ("x" * 300)
    assert message(long) == f"cannot write {long}: File name too long"


def test_a_file_that_may_only_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> bool:
        return mode != os.W_OK

    (tmp_path / "x").touch()
    monkeypatch.setattr(os, "access", refuse)  # root may write everything
    assert message(tmp_path / "x") == f"cannot write {tmp_path / 'x'}: it may only be read"


def test_a_folder_that_takes_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write everywhere
    assert message(tmp_path / "x") == f"cannot write {tmp_path / 'x'}: Permission denied"


@pytest.mark.parametrize("name", ["/dev/null", "/dev/stdout", "/dev/fd/1"])
def test_devices_are_written_directly(name: str) -> None:
    with whole(name) as path:
        assert path == Path(name)


def test_pipes_are_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    listener = threading.Thread(target=lambda: heard.append(pipe.read_text()), daemon=True)
    listener.start()
    with whole(pipe) as path:
        path.write_text("through")
    listener.join(10)
    assert heard == ["through"]
    assert names(tmp_path) == ["pipe"]
