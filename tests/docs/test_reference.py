"""The reference has everything that there is: kinds, options, codes, keys, commands, names, specs."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from netc_pages import PAGES, codes, keys, kinds, zoo

import netc
from netc.cli.program import program
from netc.diagnostics.catalogue import CATALOGUE
from netc.language.document import Document
from netc.layers.activation import FUNCTIONS
from netc.layers.base import Common, option_names
from netc.layers.norm import NORM_OPTIONS
from netc.layers.registry import KINDS, model_of
from netc.types.parameter import Scheme
from tests.docs.blocks import DOCS, ROOT
from tests.zoo.networks import PUBLISHED


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kinds_section_has_its_value_and_options(kind: str) -> None:
    text = kinds.section(kind)
    model = model_of(kind)
    assert f"### `{kind}`" in text
    for written, name in option_names(model).items():
        own = kind if name == model.value_field else written
        assert f"| `{own}` | " in text
        assert f"{model.model_fields[name].description} |" in text


def test_the_page_of_kinds_has_them_all_and_what_they_have_in_common() -> None:
    page = kinds.page()
    assert re.findall(r"^### `(\w+)`$", page, re.MULTILINE) == list(KINDS)
    for name in option_names(Common):
        assert f"| `{name}` | " in page


def test_the_page_of_codes_has_every_rule_example_and_repair() -> None:
    page = codes.page()
    for code, one in CATALOGUE.items():
        assert f"### {code}: {one.title}\n" in page
        assert one.example in page
        assert one.repair in page


def test_the_page_of_keys_has_them_all() -> None:
    page = keys.page()
    for name in option_names(Document):
        assert f"| `{name}` | " in page


def test_the_zoo_has_a_row_for_each_variant_of_each_spec() -> None:
    page = zoo.page()
    rows = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)
    assert rows == sorted(path.name for path in (ROOT / "specs").glob("*.yaml"))
    assert (
        "| `lenet.yaml` |  | 61,706 | 416,520 | Gradient-Based Learning Applied to Document Recognition"
        in page
    )
    assert "|  | 34 | 21,797,672 | 3,663,761,408 |  |" in page  # resnet, as torchvision's
    listed: set[tuple[str, str, str]] = set()
    name = ""
    for spec, variant, params in re.findall(
        r"^\| (?:`([\w]+)[.]yaml`)? *\| *(\S*) *\| ([\d,]+) \|", page, re.MULTILINE
    ):
        name = spec or name
        listed.add((name, variant, params))
    published = {(one.spec, one.variant or "", f"{one.params:,}") for one in PUBLISHED}
    published.remove(("resnet", "", "25,557,032"))  # as it stands: the variant 50
    assert {row for row in listed if row[0] != "lenet_digits"} == published


def test_every_generated_page_has_a_file() -> None:
    assert all((DOCS / f"{page}.md").is_file() for page in PAGES)


@pytest.mark.parametrize("name", netc.__all__)
def test_every_public_name_has_its_documentation(name: str) -> None:
    directive = r"^\.\. (autofunction|autoclass|autoexception|data):: "
    assert re.search(rf"{directive}{name}(\(\))?$", read("python.md"), re.MULTILINE)


@pytest.mark.parametrize("command", program.list_commands(None))  # type: ignore[arg-type]  # needs no context
def test_every_command_has_an_example(command: str) -> None:
    assert re.search(rf"^\$ netc {command} ", read("command-line.md"), re.MULTILINE)


@pytest.mark.parametrize("kind", KINDS)
def test_the_language_names_every_kind(kind: str) -> None:
    assert f"`{kind}`" in read("language.md")


@pytest.mark.parametrize("code", [code for code in CATALOGUE if code.startswith("W")])
def test_the_language_names_every_warning(code: str) -> None:
    assert f"[{code}](reference/codes.md#{code.lower()})" in read("language.md")


@pytest.mark.parametrize("word", [*FUNCTIONS, *NORM_OPTIONS, *get_args(Scheme)])
def test_the_semantics_have_every_function_norm_and_scheme(word: str) -> None:
    assert re.search(rf"`{word}[`(]", read("semantics.md"))
