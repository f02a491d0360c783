"""The outer form of a file: safetensors, written canonically, read strictly.

    8 bytes   length of the header, little-endian
    header    JSON: `__metadata__` (text to text) and per tensor its dtype, shape and place; padded with spaces
    data      the tensors, row-major, little-endian, without gaps

`scriptc.sha256` in the metadata is the hash of everything else: of header and data with 64 zeros in its place.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from scriptc.archive.errors import LoadError

MAX_HEADER = 1 << 30
MAX_RANK = 32
ALIGN = 64
COPY_BELOW = 1 << 20
"""Data smaller than this is read at once; larger data is mapped, and a page copied when it is written."""

SAFETENSORS: dict[str, str] = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "float16": "F16", "uint32": "U32",
    "int32": "I32", "float32": "F32", "uint64": "U64", "int64": "I64", "float64": "F64",
}  # fmt: skip
NUMPY = {tag: name for name, tag in SAFETENSORS.items()}
HASH_KEY = "scriptc.sha256"
_NO_HASH = b"0" * 64


@dataclass
class Container:
    """What a file holds: its metadata but the hash, and the tensors in the order of their data."""

    metadata: dict[str, str]
    tensors: dict[str, np.ndarray[Any, Any]]


def header_bytes(metadata: dict[str, str], tensors: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """The header of a file, its hash still zeros; `tensors` in the order their data will stand."""
    head: dict[str, Any] = {"__metadata__": {**metadata, HASH_KEY: _NO_HASH.decode()}}
    at = 0
    for name, a in tensors.items():
        head[name] = {"dtype": SAFETENSORS[a.dtype.name], "shape": list(a.shape), "data_offsets": [at, at + a.nbytes]}
        at += a.nbytes
    raw = json.dumps(head, separators=(",", ":")).encode("ascii")
    return raw + b" " * (-(8 + len(raw)) % ALIGN)


def write(put: Callable[[Any], object], metadata: dict[str, str], tensors: dict[str, np.ndarray[Any, Any]]) -> None:
    """Give the parts of a file to `put`, in order. The tensors are row-major and little-endian."""
    header = header_bytes(metadata, tensors)
    digest = hashlib.sha256(header)
    parts = [_raw(a) for a in tensors.values() if a.nbytes]
    for part in parts:
        digest.update(part)
    put(len(header).to_bytes(8, "little"))
    put(header.replace(b'"' + _NO_HASH + b'"', b'"' + digest.hexdigest().encode() + b'"', 1))
    for part in parts:
        put(part)


def tensor_order(item: tuple[str, np.ndarray[Any, Any]]) -> tuple[int, int, str]:
    """Large elements first, so that every tensor's data is aligned to its element; then large tensors, which mostly aligns them further."""
    return (-item[1].itemsize, -item[1].nbytes, item[0])


def _raw(a: np.ndarray[Any, Any]) -> memoryview:
    return memoryview(a.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # NumPy's stubs lack the buffer protocol before 3.12


# reading


def read(path: str | os.PathLike[str]) -> Container:
    """Read and check the file; raises `LoadError`, or `OSError` where it cannot be opened."""
    with open(path, "rb", opener=_open) as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode):
            raise LoadError("SL101", "is not an ordinary file", path)
        try:
            return _read(file, info.st_size)
        except LoadError as e:
            raise LoadError(e.code, e.problem, path, e.place) from None


def _open(path: str, flags: int) -> int:
    """Opening a pipe nobody writes to would wait for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read(file: BinaryIO, size: int) -> Container:
    length = int.from_bytes(file.read(8), "little")
    if length > size - 8 or not 2 <= length <= MAX_HEADER:  # of a file of less than 8 bytes, any length is too large
        raise LoadError("SL101", "is not a scriptc file, or is cut short", place="header length")
    header = file.read(length)
    if len(header) != length:
        raise LoadError("SL101", "is cut short", place="header")
    entries = _parse_header(header)
    metadata = _metadata(entries.pop("__metadata__", None))
    places = _places(entries, size - 8 - length)
    data = _data(file, 8 + length, size - 8 - length)
    _check_hash(header, metadata.pop(HASH_KEY), data)
    return Container(metadata, {name: _tensor(name, dtype, shape, data[a:b]) for name, dtype, shape, a, b in places})


def parse_json(text: str, code: str, place: str) -> Any:
    """JSON without floats, infinities or duplicate keys; raises `LoadError`."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as e:
        raise LoadError(code, f"holds malformed JSON ({e})", place=place) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key stands twice")
    return out


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is not an integer")


def _parse_header(header: bytes) -> dict[str, Any]:
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError:
        raise LoadError("SL102", "has a header that is not UTF-8", place="header") from None
    if not text.startswith("{"):
        raise LoadError("SL101", "is not a scriptc file", place="header")
    entries: dict[str, Any] = parse_json(text, "SL102", "header")
    return entries


def _metadata(found: Any) -> dict[str, str]:
    if type(found) is not dict or "scriptc.format" not in found:
        raise LoadError("SL104", "holds no scriptc program", place="__metadata__")
    if any(type(v) is not str for v in found.values()):
        raise LoadError("SL102", "has metadata that is not text", place="__metadata__")
    if found["scriptc.format"] != "1":
        raise LoadError("SL105", f"has format {found['scriptc.format'][:20]!r}; this scriptc reads format 1", place="__metadata__")
    if found.keys() != {"scriptc.format", "scriptc.program", HASH_KEY}:
        raise LoadError("SL102", f"has metadata {sorted(found)}", place="__metadata__")
    return found


_Place = tuple[str, str, tuple[int, ...], int, int]


def _places(entries: dict[str, Any], size: int) -> list[_Place]:
    """Name, dtype, shape, begin and end of each tensor, in the order of their data, which they fill without gaps."""
    places = sorted((_place(name, entry) for name, entry in entries.items()), key=lambda p: (p[3], p[4]))
    at = 0
    for name, _, _, begin, end in places:
        if begin != at:
            raise LoadError("SL103", "has tensors that overlap or leave a gap", place=f"tensor {name!r}")
        at = end
    if at != size:
        raise LoadError("SL103", f"has {size} bytes of data where its header says {at}", place="data")
    return places


def _place(name: str, entry: Any) -> _Place:
    place = f"tensor {name[:100]!r}"
    if type(entry) is not dict or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise LoadError("SL103", "has a malformed entry", place=place)
    tag, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if type(tag) is not str or tag not in NUMPY:
        raise LoadError("SL103", f"has the unknown dtype {str(tag)[:20]!r}", place=place)
    if not _naturals(shape) or len(shape) > MAX_RANK or not _naturals(offsets) or len(offsets) != 2:
        raise LoadError("SL103", "has a malformed shape or place", place=place)
    begin, end = offsets
    if math.prod(shape) * np.dtype(NUMPY[tag]).itemsize != end - begin or _huge(shape):
        raise LoadError("SL103", "has a shape that is not as large as its data", place=place)
    return name, NUMPY[tag], tuple(shape), begin, end


def _naturals(x: Any) -> bool:
    return type(x) is list and all(type(n) is int and n >= 0 for n in x)


def _huge(shape: list[int]) -> bool:
    """Larger than NumPy can address even where a dimension is zero."""
    return math.prod(n for n in shape if n) >= 1 << 59


def _data(file: BinaryIO, begin: int, size: int) -> np.ndarray[Any, Any]:
    """The data as writable bytes that never reach the file."""
    if size >= COPY_BELOW:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        if len(mapped) != begin + size:
            raise LoadError("SL101", "changed while it was read", place="data")
        return np.frombuffer(mapped, np.uint8, size, begin)
    room = np.empty(size + ALIGN, np.uint8)
    start = -room.ctypes.data % ALIGN
    data = room[start : start + size]
    if size and file.readinto(_raw(data)) != size:  # type: ignore[attr-defined]
        raise LoadError("SL101", "is cut short", place="data")
    return data


def _check_hash(header: bytes, found: str, data: np.ndarray[Any, Any]) -> None:
    """The hash covers every byte of the header but its own digits, so they must stand there exactly once."""
    digits = b'"' + found.encode("utf-8", "replace") + b'"'
    if len(digits) != 66 or header.count(digits) != 1:
        raise LoadError("SL106", "has a malformed hash", place=HASH_KEY)
    digest = hashlib.sha256(header.replace(digits, b'"' + _NO_HASH + b'"'))
    digest.update(_raw(data))
    if digest.hexdigest() != found:
        raise LoadError("SL106", "is damaged: its hash is not what its content gives", place=HASH_KEY)


def _tensor(name: str, dtype: str, shape: tuple[int, ...], raw: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if dtype == "bool" and raw.size and int(raw.max()) > 1:
        raise LoadError("SL103", "has a byte that is no boolean", place=f"tensor {name!r}")
    return raw.view(np.dtype(dtype).newbyteorder("<").newbyteorder("=") if _LITTLE else np.dtype(dtype)).reshape(shape)


_LITTLE = np.little_endian
