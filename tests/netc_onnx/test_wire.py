"""The file that is written in pieces; ``test_files`` holds that it says what the model in memory says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netc_onnx.wire import varint


@given(st.integers(0, 2**63 - 1))
def test_a_varint_is_the_number_in_sevens(number: int) -> None:
    written = varint(number)
    assert sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(written)) == number
    assert [byte >> 7 for byte in written] == [1] * (len(written) - 1) + [0]
