"""`np.random`: the global functions and the methods of `np.random.default_rng()`. Draws are ordered with each other."""

from __future__ import annotations

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import Shape, array, operand, shape_argument, static_dtype
from scriptc.ops.numpy_support import DRAWS, WRITES, Rule, function, given, lift, named, refuse, spec
from scriptc.ops.signature import Bound, Signature
from scriptc.types import BOOL, FLOAT, INT, NONE, NP_RNG, Tensor, Type, union

_SHUFFLES = DRAWS | WRITES


def sized(python: Type, dtype: str | None, *parameters: str) -> Rule:
    """A draw of `size` from a distribution; without a size and with plain parameters one Python number."""

    def rule(b: Bound) -> Type:
        refuse(b, "out")
        shapes = [operand(b[p], b.index.get(p)).shape for p in parameters if given(b, p)]
        name = static_dtype(b.get("dtype"), dtype, b.index.get("dtype"))
        if given(b, "size"):
            shape = shape_argument(b["size"], b.index["size"])
            return array(name, shape) if shape else union((python, Tensor(name, shape, None)))
        if all(s == () for s in shapes):
            return union((python, Tensor(name, (), True)))
        return union((python, Tensor(name, None, None))) if None in shapes else array(name, _broadcast(shapes))

    return rule


def _broadcast(shapes: list[Shape | None]) -> Shape | None:
    from scriptc.ops.numpy_base import broadcast

    return broadcast(*shapes)


def plain(python: Type, dtype: str, default: str = "size") -> Rule:
    """A distribution without parameters: a Python number, or an array of `size`."""

    def rule(b: Bound) -> Type:
        refuse(b, "out")
        name = static_dtype(b.get("dtype"), dtype, b.index.get("dtype"))
        if not given(b, default):
            return python
        return array(name, shape_argument(b[default], b.index[default]))

    return rule


def by_dims(b: Bound) -> Type:
    """rand, randn: the dimensions are the arguments; without any, a Python float."""
    if not b.star:
        return FLOAT
    dims = []
    for i, a in enumerate(b.star):
        one = shape_argument(a, i)
        dims.append(one[0] if one is not None and len(one) == 1 else None)
    return array("float64", dims)


def randint(b: Bound) -> Type:
    """`np.random.randint(low, high, size, dtype)`: a Python int without a size."""
    shapes = [named(b, n).shape for n in ("low", "high") if given(b, n)]
    dtype = static_dtype(b.get("dtype"), "int64", b.index.get("dtype"))
    if given(b, "size"):
        return array(dtype, shape_argument(b["size"], b.index["size"]))
    one = INT if not given(b, "dtype") else union((INT, BOOL, Tensor(dtype, (), True)))
    if all(s == () for s in shapes):
        return one
    return union((one, Tensor(dtype, None, None))) if None in shapes else array(dtype, _broadcast(shapes))


def integers(b: Bound) -> Type:
    """`rng.integers(low, high, size, dtype)`: a NumPy int without a size."""
    shapes = [named(b, n).shape for n in ("low", "high") if given(b, n)]
    dtype = static_dtype(b.get("dtype"), "int64", b.index.get("dtype"))
    if given(b, "size"):
        return array(dtype, shape_argument(b["size"], b.index["size"]))
    if all(s == () for s in shapes):
        return union((INT, BOOL, Tensor(dtype, (), True))) if given(b, "dtype") else Tensor(dtype, (), True)
    return Tensor(dtype, None, None) if None in shapes else array(dtype, _broadcast(shapes))


def permutation(b: Bound) -> Type:
    x = b["x"]
    if x.type in (INT, BOOL):
        return array("int64", (x.const if isinstance(x.const, int) else None,))
    o = operand(x, 0)
    if isinstance(x.type, Tensor) and o.shape == ():
        return array("int64", (None,)) if o.dtype is not None and "int" in o.dtype else array(None, (None,))
    return array(o.dtype, o.shape)


def choice(b: Bound) -> Type:
    """An element, or an array of them. From a Python int: of `range(a)`."""
    a = b["a"]
    if "p" in b and given(b, "p"):
        operand(b["p"], b.index["p"])
    source = operand(a, 0)
    dtype = "int64" if a.type == INT else source.dtype
    if source.shape is not None and len(source.shape) > 1:
        return Tensor(dtype, None, None)
    if not given(b, "size"):
        return union((INT, Tensor(dtype, (), None))) if a.type == INT or source.shape == () else Tensor(dtype, None, None)
    if source.shape is None:
        return Tensor(dtype, None, None)
    shape = shape_argument(b["size"], b.index["size"])
    return array(dtype, shape) if shape else Tensor(dtype, shape, None)


def shuffle(b: Bound) -> Type:
    if not isinstance(b["x"].type, Tensor):
        raise OpTypeError("shuffle() of a list is not supported", b.index["x"], "use `random.shuffle`, or shuffle an array")
    return NONE


def nothing(b: Bound) -> Type:
    return NONE


def rng(b: Bound) -> Type:
    if given(b, "seed") and b["seed"].type not in (INT, BOOL) and not isinstance(b["seed"].type, Tensor):
        operand(b["seed"], 0)
    return NP_RNG


def _drawing(name: str, text: str, rule: Rule) -> OpDef:
    return function(f"numpy.random.{name}", text, rule, effects=DRAWS)


def _of_rng(name: str, text: str, rule: Rule, writes: bool = False) -> OpDef:
    """A method of `np.random.Generator`. It changes the generator."""
    signature = Signature(name, spec(f"self, {text}"))

    def checked(b: Bound) -> Type:
        if b["self"].type != NP_RNG:
            raise OpTypeError(f"`{b['self'].type}` is no NumPy random generator", 0)
        return rule(b)

    return OpDef(
        f"numpy.Generator.{name}", lift(signature, checked), f"$0.{name}($*)", _SHUFFLES, (0, 1) if writes else (0,), signature
    )


_RNG_FLOATS = {
    "normal": "loc=0.0, scale=1.0, size=None", "uniform": "low=0.0, high=1.0, size=None", "exponential": "scale=1.0, size=None",
    "beta": "a, b, size=None", "gamma": "shape, scale=1.0, size=None", "laplace": "loc=0.0, scale=1.0, size=None",
    "logistic": "loc=0.0, scale=1.0, size=None", "lognormal": "mean=0.0, sigma=1.0, size=None", "gumbel": "loc=0.0, scale=1.0, size=None",
    "chisquare": "df, size=None", "rayleigh": "scale=1.0, size=None", "standard_t": "df, size=None", "triangular": "left, mode, right, size=None",
    "weibull": "a, size=None", "pareto": "a, size=None",
}  # fmt: skip
_RNG_INTS = {"poisson": "lam=1.0, size=None", "binomial": "n, p, size=None", "geometric": "p, size=None"}


def _parameters(text: str) -> tuple[str, ...]:
    return tuple(p.partition("=")[0].strip() for p in text.split(",") if "size" not in p)


_FLOATS = tuple((n, t, sized(FLOAT, "float64", *_parameters(t))) for n, t in _RNG_FLOATS.items())
_INTS = tuple((n, t, sized(INT, "int64", *_parameters(t))) for n, t in _RNG_INTS.items())
_UNIT = "size=None"

OPS: tuple[OpDef, ...] = (
    _drawing("seed", "seed=None", nothing),
    _drawing("rand", "*args", by_dims),
    _drawing("randn", "*args", by_dims),
    _drawing("randint", "low, high=None, size=None, dtype=None", randint),
    *(_drawing(n, _UNIT, plain(FLOAT, "float64")) for n in ("random", "random_sample", "standard_normal", "standard_exponential")),
    _drawing("choice", "a, size=None, replace=True, p=None", choice),
    _drawing("permutation", "x", permutation),
    function("numpy.random.shuffle", "x", shuffle, effects=_SHUFFLES, mutates=(0,)),
    *(_drawing(n, t, r) for n, t, r in (*_FLOATS, *_INTS)),
    function("numpy.random.default_rng", "seed=None", rng, effects=DRAWS),
    _of_rng("random", "size=None, dtype=None, out=None", plain(FLOAT, "float64")),
    _of_rng("standard_normal", "size=None, dtype=None, out=None", plain(FLOAT, "float64")),
    _of_rng("integers", "low, high=None, size=None, dtype=None, endpoint=False", integers),
    _of_rng("choice", "a, size=None, replace=True, p=None, axis=0, shuffle=True", choice),
    _of_rng("permutation", "x, axis=0", permutation),
    _of_rng("shuffle", "x, axis=0", shuffle, writes=True),
    *(_of_rng(n, t, r) for n, t, r in (*_FLOATS, *_INTS)),
)
