"""What netc says of a valid spec: no error, its schema accepts it, every report can be made, and counts are one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import yaml

from netc.report.formats import MODULES, renderer
from netc.report.schema import spec_schema
from tests.errors.mutation import outcome

if TYPE_CHECKING:
    from netc.network import Network
    from netc.types import Dim
    from tests.parity.draft import Sizes


@cache
def validator() -> Any:
    """Of the JSON Schema for specs."""
    return jsonschema.Draft202012Validator(dict(spec_schema()))


def problems(net: Network, text: str) -> list[str]:
    """What is wrong with what is said of a network."""
    found = [one.message for one in outcome(text).diagnostics if one.severity == "error"]
    found += [f"the schema: {error.message[:300]}" for error in validator().iter_errors(yaml.safe_load(text))]
    for format_ in MODULES:
        if not renderer(format_)(net.graph, net.summary, sharing=True):
            found.append(f"the report in {format_} is empty")
    return found


def counted(net: Network, sizes: Sizes) -> dict[str, int]:
    """The totals, at these sizes of the symbols."""
    totals = net.summary.totals

    def at(count: Dim) -> int:
        return count if isinstance(count, int) else count.at(sizes)

    names = ("params", "buffers", "macs", "activation_bytes", "unshared_params")
    return {name: at(getattr(totals, name)) for name in names}
