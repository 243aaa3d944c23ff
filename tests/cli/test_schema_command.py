"""``netc schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netc.report.schema import spec_schema

if TYPE_CHECKING:
    from tests.cli.conftest import Netc


def test_the_schema_is_printed_as_json(netc: Netc) -> None:
    ended = netc("schema")
    assert (ended.status, ended.err) == (0, "")
    assert json.loads(ended.out) == spec_schema()


def test_the_help_says_how_an_editor_finds_it(netc: Netc) -> None:
    assert "# yaml-language-server: $schema=netc.schema.json" in netc("schema", "--help").out
