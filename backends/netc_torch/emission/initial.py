"""How parameters begin where that is not torch's own way, and which do not train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_torch.emission.literals import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Graph, Parameter


def statements(graph: Graph) -> Iterator[str]:
    """Statements of the network's constructor, which has all its children by then."""
    begins: dict[str, list[str]] = {}
    for path, parameter in unusual(graph):
        begins.setdefault(call(parameter), []).append(path)
    for text, paths in begins.items():
        yield from for_each(paths, text)
    frozen = [
        path for path, parameter in graph.parameters.items() if parameter.frozen and not parameter.type.buffer
    ]
    if frozen:
        yield from for_each(frozen, "{0}.requires_grad_(False)")


def unusual(graph: Graph) -> Iterator[tuple[str, Parameter]]:
    """The parameters that begin in another way than their op has them."""
    seen: set[str] = set()
    for node in graph.nodes:
        for own in node.op.parameters(*(value.type for value in node.inputs)):
            path = node.parameters[own.name]
            if path not in seen and graph.parameters[path].initializer != own.initializer:
                yield path, graph.parameters[path]
            seen.add(path)


def call(parameter: Parameter) -> str:
    """The call that fills a parameter, ``{0}``."""
    scheme, argument = parameter.initializer
    fans = parameter.fan_in, parameter.fan_out
    match scheme:
        case "kaiming_normal":
            return f"nn.init.normal_({{0}}, std={literal((2 / fans[0]) ** 0.5)})"
        case "kaiming_uniform":
            return bounded((6 / fans[0]) ** 0.5)
        case "xavier_normal":
            return f"nn.init.normal_({{0}}, std={literal((2 / sum(fans)) ** 0.5)})"
        case "xavier_uniform":
            return bounded((6 / sum(fans)) ** 0.5)
        case "lecun_normal":
            return f"nn.init.normal_({{0}}, std={literal((1 / fans[0]) ** 0.5)})"
        case "normal" | "trunc_normal":
            return f"nn.init.{scheme}_({{0}}, std={literal(argument)})"
        case "uniform":
            return bounded(argument)
        case "constant":
            return f"nn.init.constant_({{0}}, {literal(argument)})"
        case "dirac":
            groups = f", groups={parameter.groups}" if parameter.groups > 1 else ""
            return f"nn.init.dirac_({{0}}{groups})"
        case "zeros" | "ones" | "orthogonal":
            return f"nn.init.{scheme}_({{0}})"


def bounded(bound: float) -> str:
    """Uniform within ±``bound``."""
    return f"nn.init.uniform_({{0}}, {literal(-bound)}, {literal(bound)})"


def for_each(paths: list[str], text: str) -> Iterator[str]:
    """A statement for each of these parameters."""
    if len(paths) == 1:
        yield text.format(f"self.get_parameter({quoted(paths[0])})")
        return
    yield f"for path in ({', '.join(map(quoted, paths))}):"
    yield f"    {text.format('self.get_parameter(path)')}"
