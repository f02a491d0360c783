"""The `random` module, and the same methods of `random.Random`. The Python target draws from the very generator.

Most of these are written in Python over `random()`, so what they give for a NumPy scalar is a NumPy scalar: they take
Python's own numbers only.
"""

from __future__ import annotations

from scriptc.ir.core import Call, OpDef
from scriptc.ops.common import one
from scriptc.ops.signature import DRAWS, WRITES, Signature, function, make
from scriptc.types import FLOAT, NONE, Type, members, union

SIGNATURES: dict[str, str] = {
    "random": "() -> float",
    "seed": "(a: pyreal | str | None = None, version: int = 2) -> None",
    "getrandbits": "(k: int, /) -> int",
    "randint": "(a: int, b: int) -> int",
    "randrange": "(start: int, stop: int | None = None, step: int = 1) -> int",
    "uniform": "(a: pyreal, b: pyreal) -> float",
    "gauss": "(mu: pyreal = 0.0, sigma: pyreal = 1.0) -> float",
    "normalvariate": "(mu: pyreal = 0.0, sigma: pyreal = 1.0) -> float",
    "lognormvariate": "(mu: pyreal, sigma: pyreal) -> float",
    "expovariate": "(lambd: pyreal = 1.0) -> float",
    "vonmisesvariate": "(mu: pyreal, kappa: pyreal) -> float",
    "gammavariate": "(alpha: pyreal, beta: pyreal) -> float",
    "betavariate": "(alpha: pyreal, beta: pyreal) -> float",
    "paretovariate": "(alpha: pyreal) -> float",
    "weibullvariate": "(alpha: pyreal, beta: pyreal) -> float",
    "binomialvariate": "(n: int = 1, p: pyreal = 0.5) -> int",
    "choice": "(seq: sequence[T]) -> T",
    "choices": "(population: sequence[T], weights: iterable[pyreal] | None = None, *, "
    "cum_weights: iterable[pyreal] | None = None, k: int = 1) -> list[T]",
    "sample": "(population: sequence[T], k: int, *, counts: iterable[pyint] | None = None) -> list[T]",
}

_TRIANGULAR = "(low: pyreal = 0.0, high: pyreal = 1.0, mode: pyreal | None = None) -> float"
_SHUFFLE = "(x: list[T]) -> None"


def _triangular(signature: Signature) -> OpDef:
    """With a mode, equal bounds give back `low` itself, be it an int."""

    def rule(call: Call) -> tuple[Type, ...]:
        bound, _ = signature.check(call)
        low, mode = bound.get("low"), bound.get("mode")
        if low is None or mode is None or mode.type == NONE:
            return one(FLOAT)
        return one(union((FLOAT, *members(low.type))))

    return make(signature.name, signature.text, None, DRAWS, rule=rule)


def _as_method(text: str) -> str:
    return text.replace("(", "(self: rng, ", 1).replace(", )", ")")


def _module_op(name: str, text: str) -> OpDef:
    return function(f"random.{name}", text, effects=DRAWS)


def _method_op(name: str, text: str) -> OpDef:
    return make(f"Random.{name}", _as_method(text), f"$0.{name}($*)", DRAWS | WRITES)


def _triangular_ops() -> tuple[OpDef, ...]:
    out = []
    for name, text, emit in (
        ("random.triangular", _TRIANGULAR, "random.triangular($*)"),
        ("Random.triangular", _as_method(_TRIANGULAR), "$0.triangular($*)"),
    ):
        op = _triangular(Signature(name, text))
        out.append(make(name, text, emit, DRAWS, rule=op.rule))
    return tuple(out)


OPS: tuple[OpDef, ...] = (
    *(_module_op(name, text) for name, text in SIGNATURES.items()),
    *(_method_op(name, text) for name, text in SIGNATURES.items()),
    *_triangular_ops(),
    make("random.shuffle", _SHUFFLE, "random.shuffle($*)", DRAWS, 0),
    make("Random.shuffle", _as_method(_SHUFFLE), "$0.shuffle($*)", DRAWS, 1),
    function("random.Random", "(x: pyreal | str | None = None) -> rng", effects=DRAWS),
)
