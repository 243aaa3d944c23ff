"""Copies of models: with numbers for symbolic sizes, for runtimes that take none; with their second file."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from netc_runtimes.models import read, sizes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onnx import ValueInfoProto

    from netc.types.parameter import Shape


def write_fixed(path: Path, shapes: Mapping[str, Shape], copy: Path) -> None:
    """Write to ``copy`` the model at ``path`` as it is for inputs of these shapes.

    Sizes that follow from others, such as half of ``H``, are left for the runtime to work out.
    """
    import onnx

    known = sizes(read(path), shapes)
    model = onnx.load(path, load_external_data=False)
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        _fix(value, known)
    settled = [value for value in model.graph.value_info if _is_whole(value)]
    del model.graph.value_info[:]
    model.graph.value_info.extend(settled)
    put_data_beside(path, copy)
    copy.write_bytes(model.SerializeToString())


def put_data_beside(path: Path, copy: Path) -> None:
    """Put the files that weights of the model at ``path`` lie in beside ``copy``, which reads them, too.

    They are linked to, hard, for runtimes follow no link that leaves a model's folder; where there is no such
    link, they are copied.
    """
    for name in read(path).data:
        try:
            os.link((path.parent / name).resolve(), copy.parent / name)
        except OSError:
            shutil.copyfile(path.parent / name, copy.parent / name)


def _fix(value: ValueInfoProto, known: Mapping[str, int]) -> None:
    for dim in value.type.tensor_type.shape.dim:
        if dim.dim_param in known:
            dim.dim_value = known[dim.dim_param]
        elif dim.dim_param:
            dim.Clear()


def _is_whole(value: ValueInfoProto) -> bool:
    return all(dim.HasField("dim_value") for dim in value.type.tensor_type.shape.dim)
