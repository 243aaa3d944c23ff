"""Which kinds take uint8: raw pixels, which nothing converts unasked."""

from __future__ import annotations

import pytest

import netc
from netc.errors import SpecError
from netc.layers.registry import KINDS
from tests.elaborate.specs import built, spec

IMAGE = "input: {shape: [12, 8, 8], dtype: uint8}"
SEQUENCE = "input: {shape: [5, 4], dtype: uint8, layout: sequence}"

TAKES = {
    "normalize": "normalize",
    "pad": "{pad: 1, mode: reflect}",
    "crop": "{crop: 1}",
    "slice": "{slice: 0, stop: 1}",
    "flatten": "flatten",
    "reshape": "{reshape: [-1]}",
    "permute": "{permute: [1, 2, 0]}",
}
REFUSES = {
    "conv": "{conv: 4, kernel: 3}",
    "conv1x1": "{conv1x1: 4}",
    "depthwise": "{depthwise: 3}",
    "separable": "{separable: 4, kernel: 3}",
    "conv_transpose": "{conv_transpose: 4, kernel: 3}",
    "local": "{local: 4, kernel: 3}",
    "pool": "{pool: max, kernel: 2}",
    "global_pool": "{global_pool: avg}",
    "adaptive_pool": "{adaptive_pool: max, to: 2}",
    "linear": "{linear: 4, axis: channels}",
    "embed": "{embed: 4, vocab: 256}",
    "rnn": "{rnn: 4}",
    "lstm": "{lstm: 4}",
    "gru": "{gru: 4}",
    "attention": "{attention: 2}",
    "position": "position",
    "norm": "{norm: batch}",
    "act": "{act: relu}",
    "dropout": "{dropout: 0.5}",
    "scale": "{scale: 1}",
    "upsample": "{upsample: 2}",
    "pixel_shuffle": "{pixel_shuffle: 2}",
    "pixel_unshuffle": "{pixel_unshuffle: 2}",
    "channel_shuffle": "{channel_shuffle: 3}",
    "gray": "{gray: luma}",
    "branches": "{branches: [[], []]}",
    "inception": "{inception: {1x1: 4}}",
    "residual": "{residual: []}",
    "squeeze_excite": "{squeeze_excite: 4}",
    "merge": "{merge: concat, from: [input, input]}",
}
PASSES_ON = {"layers", "use", "for", "head"}
"""Kinds that are what the layers inside are."""
OF_SEQUENCES = {"rnn", "lstm", "gru", "attention", "embed"}


def test_every_kind_is_here_once() -> None:
    assert {*TAKES, *REFUSES, *PASSES_ON} == set(KINDS)
    assert len(TAKES) + len(REFUSES) + len(PASSES_ON) == len(KINDS)


@pytest.mark.parametrize("kind", TAKES)
def test_kinds_that_compute_nothing_and_normalize_take_bytes(kind: str) -> None:
    output = built(f"- {TAKES[kind]}", IMAGE).outputs[0].value.type
    assert output.dtype == ("float32" if kind == "normalize" else "uint8")


@pytest.mark.parametrize("kind", REFUSES)
def test_all_others_refuse_bytes_and_say_what_turns_them_into_floats(kind: str) -> None:
    top = SEQUENCE if kind in OF_SEQUENCES else IMAGE
    with pytest.raises(SpecError) as caught:
        netc.loads(spec(f"- {REFUSES[kind]}", top))
    [found] = caught.value.diagnostics
    assert found.code == "E406"
    assert "of uint8" in found.label
    assert ("dtype: int64" if kind == "embed" else "`normalize`") in found.help


@pytest.mark.parametrize("how", ["concat", "add", "mul", "max", "mean", "sub"])
def test_no_merge_takes_bytes(how: str) -> None:
    with pytest.raises(SpecError) as caught:
        netc.loads(spec(f"- {{merge: {how}, from: [input, input]}}", IMAGE))
    assert [found.code for found in caught.value.diagnostics] == ["E406"]
