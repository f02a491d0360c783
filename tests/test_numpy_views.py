"""Random programs of views, copies and writes, compiled and loaded, against CPython: values, dtypes, what shares memory, exceptions.

A program makes arrays of arrays (`v2 = x.T`, `v3 = v2[::-1]`), writes into some, and gives all back. Where it is refused, CPython must raise.
"""

from __future__ import annotations

import ast
import linecache
import random
import re
from pathlib import Path
from typing import Any

import case_runner
import numpy as np
import pytest
from numpy_samples import lines

import scriptc

INDICES = lines("""
    0  -1  1:  ::2  ::-1  :, 0  0, :  ..., 0  ...  None  1:2, ::-1  [0, 1]  [1, 0, 0]  :, [0, 1]  [0, 1], [1, 0]  0, [1, 0]  0, 1  np.array([1, 0])
    A > 1  A > 100  np.array([[0], [1]])  (slice(0, 1), 0)  [True, False, True]  np.ix_([0, 1], [1, 0])  np.int64(1)  True  ()  i  i:  i, 1  s  t
    m  ix  :, ix  ix, 1  ix[:, None], ix  m, 0  ..., ix  []  np.s_[::2, 0]  0, ..., [0, 1]  [0, 1], :, 0
""")
MAKES = lines("""
    A[I]  A[I]  A[I]  A[I]  A.T  A.reshape(-1)  A.reshape(4, -1)  A.ravel()  A.flatten()  np.transpose(A)  np.squeeze(A)  A.view()  np.asarray(A)
    A.copy()  A.astype(np.float32)  A.astype(np.float64, copy=False)  np.broadcast_to(A, (2, 3, 4))  np.diagonal(A)  A.real  np.flip(A, 0)
    np.moveaxis(A, 0, -1)  np.split(A, 3)[1]  np.array_split(A, 2)[0]  np.atleast_2d(A)  np.expand_dims(A, 0)  A.swapaxes(0, -1)  np.rot90(A)
    np.ravel(A, 'K')  np.where(A > 1, A, 0)  np.concatenate([A, B])  np.stack([A, B])  A + B  A @ B  A * 2  np.sort(A)  np.take(A, [0, 1], axis=0)
    np.repeat(A, 2, axis=0)  np.tile(A, 2)  np.pad(A, 1)  A.sum(axis=0)  A.max()  A.mean(axis=-1, keepdims=True)  np.roll(A, 1)
    np.ascontiguousarray(A)  A[::-1].T  np.einsum('ij->ji', A)  A.diagonal()  np.unstack(A)[0]  np.trim_zeros(A)
    np.compress([True, False], A, axis=0)
    np.clip(A, 0, 2)  np.cumsum(A, axis=0)  A.argsort(axis=0)  np.tril(A)  np.diag(A)  np.delete(A, 0, axis=0)  np.unique(A)  np.nonzero(A)[0]
    np.block([A, B])  np.lib.stride_tricks.sliding_window_view(A, 2, axis=0)  A.flat[1:4]  np.fliplr(A)  A if A.size > 3 else B
    np.broadcast_arrays(A, B)[0]
""")
WRITES = lines("""
    A[I] = 5  A[I] = B  A[I] += 1  A[I] *= 2  A[I] -= A[I]  A += 1  A *= B  A[...] = B  A[:] = 0  np.copyto(A, B)  np.put(A, [0, 1], [8, 9])
    A.fill(3)  A.sort(axis=0)  np.add(A, B, out=A)  A.flat[2] = 7  np.fill_diagonal(A, 4)  np.clip(A, 0, 1, out=A)  A[I], B[I] = 1, 2  A /= 2
    np.add.at(A, [0, 0], 1)  A[0], A[1] = A[1].copy(), A[0].copy()  A[0], A[1] = A[1], A[0]  np.putmask(A, A > 1, B)  np.place(A, A > 1, [7, 8])
    A[A > 1] = 0  A.partition(1, axis=0)  A, B = B, A  A[I] = [1, 2]  A[I] = 1j  A[1:] = A[:-1]  A[:, 1:] += A[:, :-1]  A -= A.mean()  A @= B  A //= 2
    A[ix] += 1  A.real = 2  np.put_along_axis(A, np.argsort(A, axis=0), 0, axis=0)  A[:, 0] = A.sum(axis=1)  np.random.default_rng(0).shuffle(A)
""")
ARGUMENTS = [
    "np.arange(12.0).reshape(3, 4), np.arange(12.0).reshape(3, 4)[::-1] - 3", "(a := np.arange(12.0).reshape(3, 4)), a",
    "np.arange(12).reshape(3, 4), np.ones((3, 4))", "np.arange(12).reshape(4, 3).T, np.arange(4)", "np.arange(4.0), np.arange(4)",
    "(a := np.arange(16.0).reshape(4, 4)), a.T", "np.arange(9, dtype=np.float32).reshape(3, 3), np.eye(3, dtype=np.float32)",
    "np.arange(4, dtype=np.uint8), np.arange(4, dtype=np.int8)", "np.ones((3, 4), bool), np.zeros((3, 4), bool)",
    "np.arange(24.0).reshape(2, 3, 4), np.arange(4.0)", "np.zeros((0, 4)), np.zeros((0, 4))", "np.array(3.0), np.array(2.0)",
]  # fmt: skip
SETUP = ["i, s, t, ix = 1, slice(0, 2), (0, 1), np.array([1, 0])", "m = np.array([True, False, True])"]


def statements(rng: random.Random) -> list[str]:
    """A program's lines; the last returns every array."""
    names, out = ["x", "y"], SETUP[:]
    for k in range(rng.randint(3, 7)):
        template = rng.choice(MAKES) if rng.random() < 0.55 else rng.choice(WRITES)
        text = _filled(rng, template, names)
        if template in MAKES:
            text, names = f"v{k} = {text}", [*names, f"v{k}"]
        out.append(text)
    return [*out, f"return {', '.join(names)}"]


def _filled(rng: random.Random, template: str, names: list[str]) -> str:
    chosen = {"A": rng.choice(names), "B": rng.choice(names)}
    indexed = re.sub(r"\bI\b", lambda m: rng.choice(INDICES), template)
    return re.sub(r"\b[AB]\b", lambda m: chosen[m.group()], indexed)


def _parts(arguments: str) -> list[str]:
    tree = ast.parse(f"({arguments})", mode="eval").body
    assert isinstance(tree, ast.Tuple)
    return [ast.unparse(e) for e in tree.elts]


def function(seed: int) -> tuple[Any, str, bool]:
    """A random function, its arguments, and whether it is compiled for the types of those."""
    rng = random.Random(seed)
    body, arguments, typed = statements(rng), rng.choice(ARGUMENTS), rng.random() < 0.5
    if rng.random() < 0.4:  # made inside, so that the shapes are known when compiling
        body = [f"{name} = {text}" for name, text in zip("xy", _parts(arguments), strict=True)] + body
    text = "\n    ".join(["def f(x, y):", *body]) + "\n"
    name = f"views_{seed}.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), names)
    return names["f"], f"({arguments})", typed


def check(seed: int, path: Path) -> str | None:
    """What is wrong with one program, None where nothing is."""
    f, call, typed = function(seed)
    names, file = {"np": np}, f"views_{seed}.py"
    wanted = case_runner.run_calls(f, names, [call], file)
    try:
        compiled = scriptc.script(f, example=eval(call, names)) if typed else scriptc.script(f)
    except scriptc.ScriptError as e:
        return None if "raised" in wanted[0] else f"refused: {e}"
    scriptc.save(compiled, path)
    for what, g in (("compiled", compiled), ("loaded", scriptc.load(path))):
        got = case_runner.run_calls(g, names, [call], file)
        if got != wanted:
            return f"{what} gives {got}, CPython {wanted}"
    return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", range(4))
def test_views(part: int, tmp_path: Path) -> None:
    for seed in range(part * 60, part * 60 + 60):
        wrong = check(seed, tmp_path / "m.scriptc")
        assert wrong is None, f"{''.join(linecache.cache[f'views_{seed}.py'][2])}{wrong}"


def test_as_strided_stays_within_the_array() -> None:
    """NumPy would read or write other memory there, so that no answer is right."""

    @scriptc.script
    def f(x: np.ndarray, rows: int, step: int) -> np.ndarray:
        return np.lib.stride_tricks.as_strided(x, (rows, 2), (step, 8))

    x = np.arange(6.0)
    assert f(x, 5, 8).tolist() == np.lib.stride_tricks.sliding_window_view(x, 2).tolist()
    assert f(x[2:], 2, -16).tolist() == [[2, 3], [0, 1]]  # within the array it is a view of
    for rows, step in ((6, 8), (2, -8), (2, 1 << 40)):
        with pytest.raises(ValueError, match="reaches out of the array"):
            f(x, rows, step)
