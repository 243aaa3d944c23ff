"""What messages say of values and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NoReturn

from netc.errors import Mistake
from netc.reader.plain import is_list, is_mapping
from netc.types.dims import is_symbolic, number


def shown(value: object) -> str:
    """A value as messages show it: short, and in YAML's words.

    >>> shown(True), shown(None), shown("same"), shown([1, 2])
    ('true', 'nothing', "'same'", '[1, 2]')
    """
    if value is None:
        text = "nothing"
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        text = repr(value)
    elif is_list(value):
        text = f"[{', '.join(map(shown, value))}]"
    elif is_mapping(value):
        text = "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    else:
        text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # about half a terminal's line


def expected(what: str, value: object, *, help: str = "", at: tuple[str | int, ...] = ()) -> NoReturn:  # noqa: A002
    """Raise the mistake of a value of another sort than ``what``."""
    if is_symbolic(value):
        number(value, f"what should be {what}")
    raise Mistake("E202", f"expected {what}, got {shown(value)}", help=help or _habit(value), at=at)


_NUMBER = re.compile(r"[0-9_]+(\.[0-9]*)?")


def _habit(value: object) -> str:
    """What is said of text that means a number or a list elsewhere."""
    if not isinstance(value, str):
        return ""
    if _NUMBER.fullmatch(value):
        return "a number stands without quotes and without `_`"
    if value.startswith("(") or re.fullmatch(r"[0-9]+(x[0-9]+)+", value):
        numbers = ", ".join(re.findall(r"[0-9]+", value))
        return f"a list is written `[{numbers}]`" if numbers else ""
    return ""


FOREIGN = {
    "activation": "act",
    "average": "avg",
    "batch_norm": "batch",
    "batchnorm": "batch",
    "byte": "uint8",
    "concatenate": "concat",
    "conv_1x1": "conv1x1",
    "convolution": "conv",
    "deconv": "conv_transpose",
    "deconvolution": "conv_transpose",
    "dense": "linear",
    "embedding": "embed",
    "fc": "linear",
    "float": "float32",
    "fully_connected": "linear",
    "glorot_normal": "xavier_normal",
    "glorot_uniform": "xavier_uniform",
    "grayscale": "gray",
    "he_normal": "kaiming_normal",
    "he_uniform": "kaiming_uniform",
    "int": "int64",
    "int32": "int64",
    "kernel_size": "kernel",
    "long": "int64",
    "normalization": "norm",
    "num_embeddings": "vocab",
    "positional_embedding": "position",
    "positional_encoding": "position",
    "rescale": "normalize",
    "return_sequences": "return",
    "se": "squeeze_excite",
    "simple_rnn": "rnn",
    "size": "kernel",
    "skip": "residual",
    "sequential": "layers",
    "strides": "stride",
    "sum": "add",
    "swish": "silu",
    "transpose": "permute",
    "transposed_conv": "conv_transpose",
    "upconv": "conv_transpose",
    "use_bias": "bias",
    "view": "reshape",
}
"""Words of PyTorch, Keras and papers, with the language's own."""


_FOUND = frozenset({"in_channels", "in_features", "input_dim", "input_shape", "input_size"})


def superfluous(word: str) -> str:
    """What is said of an option by which other libraries are told what a layer reads, or nothing."""
    return "leave it out: what a layer reads is found from the layer before it" if word in _FOUND else ""


def nearest(word: str, known: Sequence[str]) -> str:
    """``did you mean …?`` for the known word that ``word`` means or is nearest to, or nothing."""
    own = FOREIGN.get(word.lower())
    near = [own] if own is not None and own in known else get_close_matches(word.lower(), known, 1, 0.6)
    return did_you_mean(near[0]) if near else ""


def did_you_mean(known: str) -> str:
    """The way out of a misspelling."""
    return f"did you mean `{known}`?"


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words as messages list them.

    >>> listed(["left", "right"])
    '`left`, `right`'
    """
    every = [f"`{word}`" for word in words]
    return ", ".join(every if len(every) <= most else [*every[:most], "…"])
