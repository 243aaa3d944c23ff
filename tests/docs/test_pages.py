"""Every block of every page in docs/ is true: specs check, commands print what is shown, Python runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import DOCS, ROOT, blocks, matches, pages
from tests.docs.typing_out import Typist

PAGES = [str(path.relative_to(DOCS)) for path in pages()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh working folder with a copy of specs/, examples/digits/ and examples/pretrained/."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "NETC_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    for name in ("specs", "examples/digits", "examples/pretrained"):
        shutil.copytree(ROOT / name, name)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_typed_out(page: str, request: pytest.FixtureRequest) -> None:
    path = DOCS / page
    text = path.read_text(encoding="utf-8")
    typist = Typist(update=bool(request.config.getoption("--update")))
    wrong: list[str] = []
    for block in blocks(text):
        try:
            typist.type(block)
        except AssertionError as error:
            wrong.append(f"docs/{page}:{block.line}: {error}")
    for block, right in reversed(typist.rewritten):
        text = text[: block.start] + right + text[block.start + len(block.text) :]
        path.write_text(text, encoding="utf-8")
    if wrong:
        pytest.fail("\n\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("page", PAGES)
def test_every_fence_is_a_block(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    opened = re.findall(r"^[ \t]*(?:`{3,}|~{3,})(?=[\w{])", text, re.MULTILINE)
    assert opened == ["```"] * len(opened)  # none is indented, nested or drawn with tildes
    ran = sum(1 for _ in blocks(text))
    assert ran == len(opened) - len(re.findall(r"^```\{(?!code-block)", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_a_page_is_used_later(page: str) -> None:
    found = list(blocks((DOCS / page).read_text(encoding="utf-8")))
    for index, block in enumerate(found):
        if block.caption:
            later = [other.text for other in found[index + 1 :]]
            assert any(block.caption in text for text in later), f"docs/{page}:{block.line}: {block.caption}"


def test_an_elision_stands_for_any_lines() -> None:
    assert matches(["a", "…", "d"], ["a", "b", "c", "d"])
    assert matches(["…"], ["a"])
    assert not matches(["a", "…", "d"], ["a", "b", "c"])
    assert not matches(["a"], ["a", "b"])


@pytest.mark.parametrize(
    "block",
    [
        "```yaml\nnetc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 8, kernel: 9}]\n```\n",
        "```yaml\nnetc: 1\nparams: {unused: 1}\ninput: [3, 8, 8]\nlayers: [flatten]\n```\n",
        "```console\n$ netc check specs/lenet.yaml\nchecked 2 specs: no errors, no warnings\n```\n",
        "```console\n$ make dinner\n```\n",
        "```python\nprint(1)\n```\n",
        "```pycon\n>>> 1 + 1\n3\n```\n",
        "```text\n$ netc check specs/\n```\n",
        "```json\n{}\n```\n",
    ],
)
def test_a_block_that_is_wrong_fails(block: str) -> None:
    (wrong,) = blocks(block)
    with pytest.raises(AssertionError):
        Typist(update=False).type(wrong)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:netc|backends|tests|docs|specs|examples|benchmarks)/[\w./]*)`", text))
    assert named
    missing = [path for path in sorted(named) if not (ROOT / path).exists()]
    assert not missing


def test_every_sum_on_the_page_of_weight_sharing_is_right() -> None:
    prose = re.sub(
        r"```.*?```", "", (DOCS / "weight-sharing.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    sums = re.findall(r"((?:[\d(][\d,]*[ ·+()]*)+) = (\d[\d,]*)", prose)
    assert len(sums) > 4
    for left, right in sums:
        term = left.replace(",", "").replace("·", "*")
        assert eval(term) == int(right.replace(",", "")), f"{left} = {right}"  # digits and signs alone
