"""``--set NAME=VALUE``, by the rules of YAML 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from netc.cli.options import assignment, assignments

if TYPE_CHECKING:
    from tests.cli.conftest import Netc


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=10", 10),
        ("x=010", 10),
        ("x=0x10", 16),
        ("x=1e3", 1000.0),
        ("x=no", "no"),
        ("x=true", True),
        ("x='10'", "10"),
        ("x=''", ""),
        ("x=a=b", "a=b"),
        ("x=[64, [128, 'a']]", [64, [128, "a"]]),
        ("x=[]", []),
        (" x = relu ", "relu"),
    ],
)
def test_a_value(text: str, value: object) -> None:
    name, found = assignment(text)
    assert (name, found, type(found)) == ("x", value, type(value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "`--set x`: it is no NAME=VALUE"),
        ("=3", "`--set =3`: it is no NAME=VALUE"),
        ("x=", "`--set x=`: the value is empty; an empty string is \"''\""),
        ("x=null", "`--set x=null`: the value is empty; an empty string is \"''\""),
        ("x=[1", "`--set x=[1`: the `[` is never closed"),
        (
            "x={a: 1}",
            "`--set x={a: 1}`: a param is a number, a string, a boolean or a list, and never a mapping",
        ),
        ("x=\x1b", "`--set x=␛`: the character U+001B cannot stand in a YAML text"),
    ],
)
def test_a_malformed_one(netc: Netc, text: str, message: str) -> None:
    with pytest.raises(click.UsageError) as refused:
        assignment(text)
    assert refused.value.message == message
    assert netc("check", "small.yaml", "--set", text).status == 2


def test_the_last_of_a_name_counts() -> None:
    context = click.Context(click.Command("check"))
    option = click.Option(["--set"])
    assert assignments(context, option, ("a=1", "b=2", "a=3")) == {"a": 3, "b": 2}


def test_a_param_that_is_not_there_or_of_another_type_is_the_specs_error(netc: Netc) -> None:
    ended = netc("check", "small.yaml", "--set", "clases=3", "--set", "act=3", "--format", "concise")
    assert ended.status == 1
    assert ended.out == (
        "--set:1:1: error[E202] `act` is a string, got 3 (help: an override keeps the type of the param)\n"
        "--set:1:1: error[E303] the spec has no param `clases` (help: did you mean `classes`?)\n"
    )
