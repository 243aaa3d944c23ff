"""What parameters begin with, against plain Python from Philox' rounds up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice, pairwise

import numpy as np
import pytest
import torch

from netc.graph import Parameter
from netc.types import Initializer, ParameterType
from netc.types.parameter import Scheme
from netc.weights import schemes
from netc.weights.initial import InitialWeights, initial
from netc.weights.stream import Stream

PATH, SEED = "stage1.0.conv1.weight", 7


def parameter(
    scheme: Scheme,
    shape: tuple[int, ...],
    argument: float = 0.0,
    fan_in: int = 27,
    fan_out: int = 576,
    groups: int = 1,
) -> Parameter:
    return Parameter(ParameterType(shape), Initializer(scheme, argument), fan_in, fan_out, groups)


def words(seed: int, path: str) -> Iterator[int]:
    """Philox 4×64-10 as its paper prints it; NumPy raises the counter before each block."""
    hashed = blake2b(b"netc initial weights 1\0%d\0" % seed + path.encode(), digest_size=16).digest()
    mask, counter = 2**64 - 1, 0
    while True:
        counter += 1
        a, b, c, d = counter, 0, 0, 0
        key, other = int.from_bytes(hashed[:8], "little"), int.from_bytes(hashed[8:], "little")
        for _ in range(10):
            first, second = 0xD2E7470EE14C6C93 * a, 0xCA5A826395121157 * c
            a, b, c, d = (second >> 64) ^ b ^ key, second & mask, (first >> 64) ^ d ^ other, first & mask
            key, other = (key + 0x9E3779B97F4A7C15) & mask, (other + 0xBB67AE8584CAA73B) & mask
        yield from (a, b, c, d)


def plain_uniforms(bound: float) -> Iterator[float]:
    for word in words(SEED, PATH):
        for half in (word & 0xFFFFFFFF, word >> 32):
            upper = half >> 8
            yield (upper - 2**24 if upper >= 2**23 else upper) * 2.0**-23 * bound


def plain_normals(deviation: float) -> Iterator[float]:
    stream = words(SEED, PATH)
    for first, second in zip(stream, stream, strict=False):
        radius = deviation * math.sqrt(-2 * math.log(((first >> 11) + 1) * 2.0**-53))
        angle = 2 * math.pi * (second >> 11) * 2.0**-53
        yield from (radius * math.cos(angle), radius * math.sin(angle))


def plain_truncated(deviation: float) -> Iterator[float]:
    if deviation <= 2:
        yield from (number for number in plain_normals(deviation) if abs(number) <= 2)
    stream = words(SEED, PATH)
    for first, second in zip(stream, stream, strict=False):
        number = (2 * (first >> 11) * 2.0**-53 - 1) * 2
        if ((second >> 11) + 1) * 2.0**-53 <= math.exp(-(number**2) / (2 * deviation**2)):
            yield number


@pytest.mark.parametrize(
    ("scheme", "argument", "plain"),
    [
        ("kaiming_normal", 0.0, plain_normals(math.sqrt(2 / 27))),
        ("kaiming_uniform", 0.0, plain_uniforms(math.sqrt(6 / 27))),
        ("xavier_normal", 0.0, plain_normals(math.sqrt(2 / 603))),
        ("xavier_uniform", 0.0, plain_uniforms(math.sqrt(6 / 603))),
        ("lecun_normal", 0.0, plain_normals(math.sqrt(1 / 27))),
        ("normal", 0.02, plain_normals(0.02)),
        ("uniform", 0.125, plain_uniforms(0.125)),
        ("trunc_normal", 0.02, plain_truncated(0.02)),
        ("trunc_normal", 1.5, plain_truncated(1.5)),
        ("trunc_normal", 40.0, plain_truncated(40.0)),
    ],
)
def test_the_first_numbers_are_those_of_plain_python(
    scheme: Scheme, argument: float, plain: Iterator[float]
) -> None:
    found = initial(PATH, parameter(scheme, (64, 3, 3, 3), argument), SEED)
    assert found.dtype == np.float32
    assert found.shape == (64, 3, 3, 3)
    expected = np.array(list(islice(plain, 1728)))
    np.testing.assert_allclose(found.reshape(-1), expected, rtol=2**-23, atol=1e-12)


def test_the_numbers_of_a_seed_never_change() -> None:
    assert first_numbers("uniform", 1.0) == [
        "-0.818081141",
        "-0.630437493",
        "-0.116929054",
        "-0.340455532",
        "0.924505711",
    ]
    assert first_numbers("normal", 1.0) == [
        "0.41814813",
        "-0.76319313",
        "-1.05457544",
        "0.407797396",
        "0.686769247",
    ]


def first_numbers(scheme: Scheme, argument: float) -> list[str]:
    return [f"{number:.9g}" for number in initial("conv1.weight", parameter(scheme, (5,), argument), 0)]


def test_zeros_ones_and_constants() -> None:
    assert initial(PATH, parameter("zeros", (2, 2)), 0).tolist() == [[0, 0], [0, 0]]
    assert initial(PATH, parameter("ones", (2,)), 0).tolist() == [1, 1]
    assert initial(PATH, parameter("constant", (), 0.25), 0).tolist() == 0.25


def test_dirac_hands_each_group_its_channels_on() -> None:
    weight = initial(PATH, parameter("dirac", (6, 2, 3, 4), groups=2), 0)
    ones = [(0, 0, 1, 2), (1, 1, 1, 2), (3, 0, 1, 2), (4, 1, 1, 2)]
    assert [tuple(map(int, place)) for place in np.argwhere(weight)] == ones
    assert weight.sum() == len(ones)


@pytest.mark.parametrize(
    ("shape", "groups"),
    [((4, 4, 3), 1), ((3, 8, 4), 1), ((8, 3, 5, 2), 1), ((12, 1, 3, 3), 12), ((4, 2, 2, 3, 1), 2)],
)
def test_dirac_is_pytorchs(shape: tuple[int, ...], groups: int) -> None:
    theirs = torch.nn.init.dirac_(torch.empty(shape), groups)
    np.testing.assert_array_equal(initial(PATH, parameter("dirac", shape, groups=groups), 0), theirs.numpy())


@pytest.mark.parametrize(
    ("scheme", "shape", "groups", "message"),
    [
        ("orthogonal", (64,), 1, "orthogonal needs two axes or more, and the shape is 64"),
        ("dirac", (10, 84), 1, "dirac needs three to five axes, and the shape is 10×84"),
        ("dirac", (8, 1, 3, 3, 5, 5), 1, "dirac needs three to five axes, and the shape is 8×1×3×3×5×5"),
        ("dirac", (8, 2, 3), 3, "dirac needs axis 0 of 8×2×3 to be divisible by the groups, 3"),
    ],
)
def test_shapes_without_meaning(scheme: Scheme, shape: tuple[int, ...], groups: int, message: str) -> None:
    with pytest.raises(ValueError, match="needs") as caught:
        initial(PATH, parameter(scheme, shape, groups=groups), 0)
    assert str(caught.value) == message


@pytest.mark.parametrize("shape", [(40, 3, 5), (12, 30), (16, 4, 2, 2), (1, 7)])
def test_the_shorter_side_of_an_orthogonal_matrix_is_orthonormal(shape: tuple[int, ...]) -> None:
    matrix = initial(PATH, parameter("orthogonal", shape), 3).reshape(shape[0], -1).astype(np.float64)
    product = matrix @ matrix.T if shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(product, np.eye(min(matrix.shape)), atol=1e-6)


def test_orthogonal_matrices_are_the_normal_ones_by_gram_and_schmidt() -> None:
    numbers = np.array(list(islice(plain_normals(1.0), 20))).reshape(5, 4)
    basis = np.zeros((4, 5))
    for row, column in enumerate(numbers.T):
        rest = column - basis.T @ (basis @ column)
        basis[row] = rest / np.linalg.norm(rest)
    found = initial(PATH, parameter("orthogonal", (4, 5)), SEED)
    np.testing.assert_allclose(found, basis, atol=1e-6)


SAMPLE = 200_000


@pytest.mark.parametrize(
    ("scheme", "argument", "deviation", "kurtosis"),
    [
        ("kaiming_normal", 0.0, math.sqrt(2 / 27), 3),
        ("kaiming_uniform", 0.0, math.sqrt(2 / 27), 1.8),
        ("xavier_normal", 0.0, math.sqrt(2 / 603), 3),
        ("xavier_uniform", 0.0, math.sqrt(2 / 603), 1.8),
        ("lecun_normal", 0.0, math.sqrt(1 / 27), 3),
        ("trunc_normal", 0.02, 0.02, 3),
        ("trunc_normal", 1e6, 2 / math.sqrt(3), 1.8),  # so wide a bell is flat between the cuts
    ],
)
def test_mean_and_deviation(scheme: Scheme, argument: float, deviation: float, kurtosis: float) -> None:
    """Five standard errors: deviation/√n of the mean, variance·√((kurtosis − 1)/n) of the variance."""
    sample = initial(PATH, parameter(scheme, (SAMPLE,), argument), SEED).astype(np.float64)
    assert abs(sample.mean()) < 5 * deviation / math.sqrt(SAMPLE)
    assert abs(sample.var() / deviation**2 - 1) < 5 * math.sqrt((kurtosis - 1) / SAMPLE)


def bell(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def cut_bell(deviation: float) -> Callable[[float], float]:
    beyond = bell(-2 / deviation)
    return lambda x: (bell(x / deviation) - beyond) / (1 - 2 * beyond)


def ramp(x: float) -> float:
    return (x + 1) / 2


@pytest.mark.parametrize(
    ("scheme", "argument", "below"),
    [
        ("normal", 1.0, bell),
        ("uniform", 1.0, ramp),
        ("trunc_normal", 1.5, cut_bell(1.5)),
        ("trunc_normal", 3.0, cut_bell(3.0)),
    ],
)
def test_the_whole_distribution(scheme: Scheme, argument: float, below: Callable[[float], float]) -> None:
    """Kolmogorov's distance exceeds 1.95/√n once in a thousand seeds."""
    sample = np.sort(initial(PATH, parameter(scheme, (20_000,), argument), SEED)).tolist()
    distance = max(abs(below(x) - (rank + 0.5) / len(sample)) for rank, x in enumerate(sample))
    assert distance < 1.95 / math.sqrt(len(sample))


@pytest.mark.parametrize("deviation", [0.02, 1.0, 2.0, 2.1, 1e3])
def test_no_truncated_number_lies_beyond_two(deviation: float) -> None:
    sample = initial(PATH, parameter("trunc_normal", (50_000,), deviation), 1)
    assert np.abs(sample).max() <= 2


@pytest.mark.parametrize("scheme", ["normal", "uniform", "orthogonal", "trunc_normal"])
@pytest.mark.parametrize("argument", [0.02, 1.5, 3.0])
def test_chunks_leave_no_trace(scheme: Scheme, argument: float, monkeypatch: pytest.MonkeyPatch) -> None:
    one = parameter(scheme, (7, 11), argument)
    whole = initial(PATH, one, SEED)
    for chunk in (2, 6, 76, 78):
        monkeypatch.setattr(schemes, "CHUNK", chunk)
        np.testing.assert_array_equal(initial(PATH, one, SEED), whole)


def test_a_value_depends_on_its_own_path_and_seed_alone() -> None:
    one = parameter("normal", (3, 5), 1.0)
    few = InitialWeights({"a.weight": one}, 1)
    many = InitialWeights({"b.weight": one, "a.weight": one, "c.weight": one}, 1)
    np.testing.assert_array_equal(few["a.weight"], many["a.weight"])
    others = [*many.values(), *InitialWeights({"a.weight": one}, -1).values()]
    assert len({array.tobytes() for array in others}) == 4


def test_a_bias_of_odd_size_is_no_prefix_of_another_parameter() -> None:
    arrays = [initial(f"conv{index}.bias", parameter("uniform", (9,), 1.0), 0) for index in range(50)]
    assert all(not np.isin(one, other).any() for one, other in pairwise(arrays))


def test_initial_weights_are_a_mapping_that_keeps_nothing() -> None:
    weights = InitialWeights({"b": parameter("ones", (2,)), "a": parameter("zeros", (1,))}, 0)
    assert list(weights) == ["b", "a"]
    assert len(weights) == 2
    assert weights["b"] is not weights["b"]
    with pytest.raises(KeyError):
        weights["conv1.weight"]


@pytest.mark.parametrize(
    ("scheme", "argument"),
    [
        ("uniform", 0.5),
        ("xavier_uniform", 0.0),
        ("kaiming_uniform", 0.0),
        ("normal", 1.0),
        ("constant", 0.25),
    ],
)
def test_numbers_are_the_same_where_they_are_wanted(scheme: Scheme, argument: float) -> None:
    shapes = {"a": (3, 5), "b": (129, 257), "c": (), "d": (7,)}
    weights = InitialWeights({path: parameter(scheme, shape, argument) for path, shape in shapes.items()}, 3)
    for path in (*shapes, "a"):  # one generator serves all, and each begins anew
        array = np.full(shapes[path], np.nan, np.float32)
        weights.draw(path, array)
        np.testing.assert_array_equal(array, weights[path])


def test_uniform_numbers_reach_the_bound_below_and_never_the_one_above() -> None:
    halves = Stream(SEED, PATH).halves(200_001)
    assert halves.dtype == np.float32
    np.testing.assert_array_equal(halves, np.round(halves))
    assert -(2**23) <= halves.min() < -0.999 * 2**23
    assert 0.999 * 2**23 < halves.max() < 2**23
