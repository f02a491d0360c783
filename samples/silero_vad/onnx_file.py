"""The weights inside an ONNX file, read without the onnx package.

An ONNX file is a protobuf message: fields of (number << 3 | kind), kind 0 a varint, 1 eight bytes, 2 a length and that many
bytes, 5 four bytes. Numbers as in onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto dims 1, data_type 2,
name 8, raw_data 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

GRAPH, INITIALIZER, DIMS, DATA_TYPE, NAME, RAW_DATA = 7, 5, 1, 2, 8, 9
FLOAT = 1


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """The float32 tensors of the main graph by name."""
    found = {}
    for number, model_field in fields(memoryview(path.read_bytes())):
        for inner, value in fields(model_field) if number == GRAPH else ():
            if inner == INITIALIZER:
                found.update(read_tensor(value))
    return found


def read_tensor(message: memoryview) -> dict[str, np.ndarray]:
    """Its name and value; nothing if it is not float32."""
    parts: dict[int, memoryview] = {}
    shape: list[int] = []
    for number, value in fields(message):
        if number == DIMS:
            shape += varints(value)
        parts[number] = value
    if list(varints(parts[DATA_TYPE])) != [FLOAT] or RAW_DATA not in parts:
        return {}
    return {bytes(parts[NAME]).decode(): np.frombuffer(parts[RAW_DATA], "<f4").reshape(shape)}


def fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Each field's number and the bytes of its value."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        kind = key & 7
        if kind == 2:
            size, at = varint(message, at)
        elif kind == 0:
            size = varint(message, at)[1] - at
        else:
            size = {1: 8, 5: 4}[kind]
        yield key >> 3, message[at : at + size]
        at += size


def varint(message: memoryview, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, low bits first; and where it ends."""
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def varints(message: memoryview) -> Iterator[int]:
    at = 0
    while at < len(message):
        number, at = varint(message, at)
        yield number
