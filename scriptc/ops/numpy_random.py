"""`np.random`: the global functions, the methods of `np.random.default_rng()` and of `np.random.RandomState()`.

Draws are ordered with each other. A distribution is one line of a table; what it gives without a size is a Python number.
"""

from __future__ import annotations

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops import numpy_star
from scriptc.ops.numpy_base import COMPLEXES, array, broadcast, operand, shape_argument, static_dtype
from scriptc.ops.numpy_base import FLOATS as FLOAT_DTYPES
from scriptc.ops.numpy_support import DRAWS, OUT_HELP, WRITES, Rule, function, given, lift, named, refuse, spec
from scriptc.ops.signature import Bound, Signature
from scriptc.types import BOOL, BYTES, FLOAT, INT, NONE, NP_BITS, NP_RNG, NP_SEED, NP_STATE, STR, List, Tensor, Tuple, Type, union

_SHUFFLES = DRAWS | WRITES


def sized(python: Type, dtype: str | None, *parameters: str) -> Rule:
    """A draw of `size` from a distribution; without a size and with plain parameters one Python number."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        shapes = [operand(b[p], b.index.get(p)).shape for p in parameters if given(b, p)]
        name = static_dtype(b.get("dtype"), dtype, b.index.get("dtype"))
        if given(b, "size"):
            shape = shape_argument(b["size"], b.index["size"])
            return array(name, shape) if shape else union((python, Tensor(name, shape, None)))
        if all(s == () for s in shapes):
            return union((python, Tensor(name, (), True)))
        return union((python, Tensor(name, None, None))) if None in shapes else array(name, broadcast(*shapes))

    return rule


def plain(b: Bound) -> Type:
    """A distribution without parameters: a Python float, or an array of `size`."""
    refuse(b, "out", help=OUT_HELP)
    name = static_dtype(b.get("dtype"), "float64", b.index.get("dtype"))
    if not given(b, "size"):
        return FLOAT
    return array(name, shape_argument(b["size"], b.index["size"]))


def vectors(dtype: str, parameter: str, count: str | None = None) -> Rule:
    """dirichlet, multinomial, multivariate_normal: each draw is a vector as long as `parameter`; `count` may be an array too."""

    def rule(b: Bound) -> Type:
        length = named(b, parameter)
        one = count is None or b[count].type in (INT, BOOL)
        if length.shape is None or len(length.shape) != 1 or not one:
            return array(dtype, None)
        if not given(b, "size"):
            return array(dtype, length.shape)
        size = shape_argument(b["size"], b.index["size"])
        return array(dtype, None if size is None else (*size, *length.shape))

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
    return union((one, Tensor(dtype, None, None))) if None in shapes else array(dtype, broadcast(*shapes))


def integers(b: Bound) -> Type:
    """`rng.integers(low, high, size, dtype)`: a NumPy int without a size."""
    shapes = [named(b, n).shape for n in ("low", "high") if given(b, n)]
    dtype = static_dtype(b.get("dtype"), "int64", b.index.get("dtype"))
    if given(b, "size"):
        return array(dtype, shape_argument(b["size"], b.index["size"]))
    if all(s == () for s in shapes):
        return union((INT, BOOL, Tensor(dtype, (), True))) if given(b, "dtype") else Tensor(dtype, (), True)
    return Tensor(dtype, None, None) if None in shapes else array(dtype, broadcast(*shapes))


def permutation(b: Bound) -> Type:
    x = b["x"]
    if x.type in (INT, BOOL):
        return array("int64", (x.const if isinstance(x.const, int) else None,))
    o = operand(x, 0)
    if isinstance(x.type, Tensor) and o.shape == ():
        return array("int64", (None,)) if o.dtype is not None and "int" in o.dtype else array(None, (None,))
    maybe_count = isinstance(x.type, Tensor) and x.type.scalar is None and o.dtype not in ("int64", *FLOAT_DTYPES, *COMPLEXES)
    return array(None if maybe_count else o.dtype, o.shape)


def choice(b: Bound) -> Type:
    """An element, or an array of them. From a Python int: of `range(a)`."""
    a = b["a"]
    if "p" in b and given(b, "p"):
        operand(b["p"], b.index["p"])
    source = operand(a, 0)
    maybe_count = isinstance(a.type, Tensor) and not source.shape  # an array of rank 0 is a count, as a Python int is
    dtype = "int64" if a.type == INT else source.dtype if not maybe_count or source.dtype in FLOAT_DTYPES | COMPLEXES else None
    if source.shape is not None and len(source.shape) > 1:
        return Tensor(dtype, None, None)
    if not given(b, "size"):
        if a.type == INT or source.shape == ():
            return union((INT, Tensor(dtype, (), None)))
        one = Tensor(dtype, None, None)
        return union((INT, one)) if maybe_count else one
    if source.shape is None:
        return Tensor(dtype, None, None)
    shape = shape_argument(b["size"], b.index["size"])
    return array(dtype, shape) if shape else Tensor(dtype, shape, None)


def shuffle(b: Bound) -> Type:
    if not isinstance(b["x"].type, Tensor | List):
        raise OpTypeError(f"shuffle() changes a list or an array in place, not a `{b['x'].type}`", b.index["x"])
    return NONE


def permuted(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    x = named(b, "x")
    if x.shape == ():
        raise OpTypeError("permuted() takes an array or a sequence", b.index["x"])
    return array(x.dtype, x.shape)


def get_state(b: Bound) -> Type:
    """The state of the Mersenne Twister: its name, 624 words, the position, and a normal number drawn ahead."""
    if "legacy" in b and b["legacy"].const is not True:
        raise OpTypeError("only `get_state(legacy=True)`, a tuple, can be compiled", b.index["legacy"])
    return Tuple((STR, array("uint32", (624,)), INT, INT, FLOAT))


def nothing(b: Bound) -> Type:
    return NONE


def seeded(result: Type, *sources: Type, name: str = "seed") -> Rule:
    """`default_rng(seed)`, `RandomState(seed)`, `PCG64(seed)`: of numbers, or of an object of one of the `sources`."""

    def rule(b: Bound) -> Type:
        if given(b, name) and b[name].type not in sources:
            operand(b[name], 0)
        return result

    return rule


def generator(b: Bound) -> Type:
    """`np.random.Generator(bit_generator)`."""
    if b["bit_generator"].type != NP_BITS:
        raise OpTypeError(f"Generator() takes a bit generator, not a `{b['bit_generator'].type}`", 0, "use `np.random.default_rng(seed)`")
    return NP_RNG


def words(b: Bound) -> Type:
    """`seeds.generate_state(n)`."""
    n = b["n_words"].const
    return array(static_dtype(b.get("dtype"), "uint32", b.index.get("dtype")), (n if isinstance(n, int) else None,))


def _drawing(name: str, text: str, rule: Rule) -> OpDef:
    return function(f"numpy.random.{name}", text, rule, effects=DRAWS)


def _of(receiver: Type, name: str, text: str, rule: Rule, writes: bool = False) -> OpDef:
    """A method of `np.random.Generator` or `RandomState`. It changes the generator."""
    signature = Signature(name, spec(f"self, {text}"))

    def checked(b: Bound) -> Type:
        if b["self"].type != receiver:
            raise OpTypeError(f"`{b['self'].type}` is no `{receiver}`", 0)
        return rule(b)

    return OpDef(f"{receiver}.{name}", lift(signature, checked), f"$0.{name}($*)", _SHUFFLES, (0, 1) if writes else (0,), signature)


FLOATS = {
    "normal": "loc=0.0, scale=1.0", "uniform": "low=0.0, high=1.0", "exponential": "scale=1.0", "beta": "a, b", "gamma": "shape, scale=1.0",
    "laplace": "loc=0.0, scale=1.0", "logistic": "loc=0.0, scale=1.0", "lognormal": "mean=0.0, sigma=1.0", "gumbel": "loc=0.0, scale=1.0",
    "chisquare": "df", "rayleigh": "scale=1.0", "standard_t": "df", "triangular": "left, mode, right", "weibull": "a", "pareto": "a",
    "power": "a", "f": "dfnum, dfden", "noncentral_chisquare": "df, nonc", "noncentral_f": "dfnum, dfden, nonc", "vonmises": "mu, kappa",
    "wald": "mean, scale",
}  # fmt: skip
INTS = {
    "poisson": "lam=1.0", "binomial": "n, p", "geometric": "p", "hypergeometric": "ngood, nbad, nsample", "negative_binomial": "n, p",
    "logseries": "p", "zipf": "a",
}  # fmt: skip
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_UNITS = ("standard_normal", "standard_exponential", "random", "standard_cauchy")

Line = tuple[str, str, Rule]


def _distributions(table: dict[str, str], python: Type, dtype: str) -> tuple[Line, ...]:
    return tuple((n, f"{t}, size=None", sized(python, dtype, *(p.partition("=")[0].strip() for p in t.split(",")))) for n, t in table.items())


_BOTH: tuple[Line, ...] = (
    *_distributions(FLOATS, FLOAT, "float64"),
    *_distributions(INTS, INT, "int64"),
    ("dirichlet", "alpha, size=None", vectors("float64", "alpha")),
    ("bytes", "length", lambda b: BYTES),
)
_LEGACY: tuple[Line, ...] = (
    *_BOTH,
    *((n, "size=None", plain) for n in (*_UNITS, "random_sample")),
    ("standard_gamma", "shape, size=None", sized(FLOAT, "float64", "shape")),
    ("seed", "seed=None", nothing),
    ("rand", "*args", by_dims),
    ("randn", "*args", by_dims),
    ("randint", "low, high=None, size=None, dtype=None", randint),
    ("choice", "a, size=None, replace=True, p=None", choice),
    ("permutation", "x", permutation),
    ("multinomial", "n, pvals, size=None", vectors("int64", "pvals", "n")),
    ("multivariate_normal", "mean, cov, size=None, check_valid='warn', tol=1e-08", vectors("float64", "mean")),
    ("get_state", "legacy=True", get_state),
    ("set_state", "state", nothing),
)
"""The functions of the module, which are the methods of `RandomState`."""

_TYPED = "dtype=None, out=None"
_MODERN: tuple[Line, ...] = (
    *_BOTH,
    *((n, f"size=None, {_TYPED}", plain) for n in ("random", "standard_normal")),
    ("standard_exponential", "size=None, dtype=None, method='zig', out=None", plain),
    ("standard_cauchy", "size=None", plain),
    ("standard_gamma", f"shape, size=None, {_TYPED}", sized(FLOAT, "float64", "shape")),
    ("integers", "low, high=None, size=None, dtype=None, endpoint=False", integers),
    ("choice", "a, size=None, replace=True, p=None, axis=0, shuffle=True", choice),
    ("permutation", "x, axis=0", permutation),
    ("permuted", "x, *, axis=None, out=None", permuted),
    ("multinomial", "n, pvals, size=None", vectors("int64", "pvals", "n")),
    ("multivariate_normal", "mean, cov, size=None, check_valid='warn', tol=1e-08, *, method='svd'", vectors("float64", "mean")),
    ("multivariate_hypergeometric", "colors, nsample, size=None, method='marginals'", vectors("int64", "colors", "nsample")),
    ("spawn", "n_children", lambda b: List(NP_RNG)),
)

OPS: tuple[OpDef, ...] = (
    *numpy_star.OPS,
    *(_drawing(*line) for line in _LEGACY),
    *(_drawing(n, "size=None", plain) for n in ("ranf", "sample")),
    function("numpy.random.shuffle", "x", shuffle, effects=_SHUFFLES, mutates=(0,)),
    *(_of(NP_STATE, *line) for line in _LEGACY),
    _of(NP_STATE, "tomaxint", "size=None", sized(INT, "int64")),
    _of(NP_STATE, "shuffle", "x", shuffle, writes=True),
    function("numpy.random.RandomState", "seed=None", seeded(NP_STATE), effects=DRAWS),
    function("numpy.random.default_rng", "seed=None", seeded(NP_RNG, NP_RNG, NP_BITS, NP_SEED), effects=DRAWS),
    function("numpy.random.Generator", "bit_generator", generator, effects=DRAWS),
    *(function(f"numpy.random.{n}", "seed=None", seeded(NP_BITS, NP_SEED), effects=DRAWS) for n in BIT_GENERATORS),
    function("numpy.random.SeedSequence", "entropy=None", seeded(NP_SEED, name="entropy"), effects=DRAWS),
    _of(NP_SEED, "spawn", "n_children", lambda b: List(NP_SEED)),
    _of(NP_SEED, "generate_state", "n_words, dtype=None", words),
    *(_of(NP_RNG, *line) for line in _MODERN),
    _of(NP_RNG, "shuffle", "x, axis=0", shuffle, writes=True),
)
