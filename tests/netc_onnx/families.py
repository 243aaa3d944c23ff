"""All that this room tries, a family a graph."""

from __future__ import annotations

from tests.netc_onnx import cases, cases_arrange, cases_sampling, cases_sequence, cases_transposed

FAMILIES = {
    **cases.FAMILIES,
    **cases_sampling.FAMILIES,
    **cases_transposed.FAMILIES,
    **cases_sequence.FAMILIES,
    **cases_arrange.FAMILIES,
}
