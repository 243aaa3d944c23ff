"""The JSON Schema of specs: what is right passes, most of what is misspelt does not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from netc.diagnostics.catalogue import CATALOGUE
from netc.layers.base import Common, option_names
from netc.layers.options import FieldType
from netc.layers.registry import KINDS, model_of
from netc.reader import Mapping, Scalar, Sequence, Tree, read
from netc.report.layer_schema import stands_alone
from netc.report.schema import spec_schema

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[2]
ERRORS = ROOT / "tests" / "errors"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(spec_schema())


def plain(tree: Tree) -> object:
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [plain(item) for item in tree.items]
        case Mapping():
            return {key: plain(item) for key, (_, item) in tree.entries.items()}
        case _:
            return None


def document(text: str) -> object:
    """A spec's text as an editor's schema sees it."""
    tree = read(text.encode(), "spec.yaml", lambda _: None)
    return None if tree is None else plain(tree)


def mistakes(found: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(found)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(spec_schema())


@pytest.mark.parametrize("spec", sorted(ROOT.glob("specs/**/*.yaml")), ids=lambda spec: spec.stem)
def test_every_spec_passes(spec: Path) -> None:
    assert mistakes(document(spec.read_text(encoding="utf-8"))) == []


def test_the_repaired_examples_of_the_catalogue_pass() -> None:
    repairs = {code: entry.repair for code, entry in CATALOGUE.items() if entry.repair.startswith("netc")}
    assert len(repairs) > 40
    for code, repair in repairs.items():
        assert mistakes(document(repair)) == [], code


def specs_with(codes: str) -> list[Path]:
    """The specs of tests/errors all of whose errors have codes like these (a regular expression)."""
    found = {
        path.stem: re.findall(r"^error\[(E\d+)\]", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in (ERRORS / "golden").glob("*.txt")
    }
    chosen = (name for name, own in found.items() if own and all(re.fullmatch(codes, code) for code in own))
    return [path for name in sorted(chosen) if (path := ERRORS / "specs" / f"{name}.yaml").exists()]


def test_what_only_shapes_and_names_forbid_passes() -> None:
    specs = specs_with("E4..|E30[12346]|E309|E31.")
    assert len(specs) > 150
    for spec in specs:
        assert mistakes(document(spec.read_text(encoding="utf-8"))) == [], spec.stem


@pytest.mark.parametrize(("codes", "floor"), [("E201", 0.85), ("E202", 0.75), ("E204", 1.0)])
def test_most_unknown_keys_wrong_values_and_unknown_kinds_fail(codes: str, floor: float) -> None:
    specs = specs_with(codes)
    failing = [spec for spec in specs if mistakes(document(spec.read_text(encoding="utf-8")))]
    assert len(specs) > 10
    assert len(failing) / len(specs) >= floor, sorted(
        {spec.stem for spec in specs} - {one.stem for one in failing}
    )


def spec_of(layer: object) -> object:
    return {"netc": 1, "input": [3, 8, 8], "layers": [layer]}


@pytest.mark.parametrize("kind", KINDS)
def test_an_expression_satisfies_every_option_that_is_not_literal(kind: str) -> None:
    model = model_of(kind)
    fields = {written: model.model_fields[name] for written, name in option_names(model).items()}
    value = fields.pop(model.value_field, None)
    chosen = {kind: None if value is None else "$x" if not is_literal(value) else sample(value)}
    needed = {
        name: sample(field) if is_literal(field) else "$x"
        for name, field in fields.items()
        if field.is_required()
    }
    assert mistakes(spec_of({**chosen, **needed})) == []
    for name, field in fields.items():
        if not is_literal(field):
            for text in ("$x", "$(x + 1)"):
                assert mistakes(spec_of({**chosen, **needed, name: text})) == [], name


def is_literal(field: FieldInfo) -> bool:
    """Whether no expression can stand there."""
    return any(isinstance(part, FieldType) and part.literal for part in field.metadata)


def sample(field: FieldInfo) -> object:
    """A value of a literal option: an empty list of layers, or a name."""
    schema = next(part.schema for part in field.metadata if isinstance(part, FieldType))
    return [] if schema.get("type") == "array" else "x"


def test_a_kind_that_needs_nothing_may_stand_alone() -> None:
    assert mistakes(spec_of("flatten")) == mistakes(spec_of({"flatten": None, "name": "flat"})) == []
    assert {kind for kind in KINDS if stands_alone(kind)} >= {"flatten", "normalize", "position"}
    assert mistakes(spec_of("conv"))


def test_a_key_that_is_a_kind_and_an_option_is_an_option() -> None:
    assert (
        mistakes(spec_of({"conv": 8, "kernel": 3, "norm": "batch", "act": {"leaky_relu": {"slope": 0.1}}}))
        == []
    )
    assert mistakes(spec_of({"rnn": 8, "layers": 2})) == []
    assert mistakes(spec_of({"conv": 8, "kernel": 3, "pool": "max"}))
    assert mistakes(spec_of({"conv": 8, "kernel": 3, "act": {"leaky_relu": {"alpha": 0.1}}}))


def test_every_kind_and_option_is_explained_and_has_its_default() -> None:
    definitions = spec_schema()["$defs"]
    for kind in KINDS:
        model = model_of(kind)
        properties = definitions[f"layer_{kind}"]["properties"]
        assert definitions[f"layer_{kind}"]["description"], kind
        for written, name in option_names(model).items():
            field = model.model_fields[name]
            shown = properties[kind if name == model.value_field else written]
            assert shown["description"], (kind, written)
            if isinstance(field.default, str | int | float):
                assert shown["default"] == field.default, (kind, written)
    assert {f"common_{written}" for written in option_names(Common)} <= set(definitions)
