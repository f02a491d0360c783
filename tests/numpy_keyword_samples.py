"""More samples, joined in `numpy_samples.py`: keyword forms, `out=`, methods of ufuncs, dtypes, text."""

from __future__ import annotations

from scriptc.ops.numpy_ufunc_methods import BINARY, UNARY


def each(template: str, names: object) -> list[str]:
    return [template.replace("N", n) for n in names]  # type: ignore[attr-defined]


TWO_RESULTS = ("modf", "frexp")
REDUCING = ("sum", "prod", "max", "min", "any", "all", "mean", "std", "var", "ptp", "median", "nansum", "nanprod", "nanmax", "nanmin", "nanmean",
            "nanstd", "nanvar", "nanmedian")  # fmt: skip
OF_METHODS = ("sum", "prod", "max", "min", "any", "all", "mean", "std", "var")
POSITIONS = ("argmax", "argmin", "nanargmax", "nanargmin")
SCANS = ("cumsum", "cumprod", "nancumsum", "nancumprod")
QUANTILES = ("quantile", "percentile", "nanquantile", "nanpercentile")
SOME = ("add", "multiply", "maximum", "subtract", "logical_or", "hypot", "greater", "gcd", "power")

KEYWORDS: list[str] = (
    # `out=`: the result itself is an array of the right dtype and shape
    each("np.N(X, out=np.array(np.N(X)))", (*UNARY, *REDUCING, *SCANS, *POSITIONS))
    + each("np.N(X, X, out=np.array(np.N(X, X)))", BINARY)
    + each("np.N(X, np.array(np.N(X)[0]), np.array(np.N(X)[1]))", TWO_RESULTS)
    + each("np.N(X, out=(np.array(np.N(X)[0]), np.array(np.N(X)[1])))", TWO_RESULTS)
    + each("np.N(X, out=(None, np.array(np.N(X)[1])))", TWO_RESULTS)
    + ["np.divmod(X, 2, out=(np.array(np.divmod(X, 2)[0]), None))", "np.divmod(X, X, np.array(np.divmod(X, X)[0]))", "np.modf(X, None)"]
    + each("np.N(X, 0, out=np.array(np.N(X, 0)))", (*SCANS, *POSITIONS, *OF_METHODS))
    + each("np.N(X, axis=-1, out=np.array(np.N(X, axis=-1)))", REDUCING)
    + each("X.N(axis=0, out=np.array(np.N(X, axis=0)))", (*OF_METHODS, "cumsum", "cumprod", "argmax", "argmin"))
    + each("X.N(0, None, np.array(np.N(X, 0)))", ("sum", "cumsum"))
    + each("np.N(X, 0.5, out=np.array(np.N(X, 0.5)))", QUANTILES)
    + each("np.N(X, [0.25, 0.5], axis=0, out=np.array(np.N(X, [0.25, 0.5], axis=0)))", QUANTILES)
    # ufuncs: casting, where, dtype, order
    + each("np.N(X, 1, out=np.zeros(np.shape(X)), casting='unsafe')", SOME)
    + each("np.N(X, 1, out=np.zeros(np.shape(X), np.int8))", SOME)
    + each("np.N(X, 1, out=np.zeros((2, *np.shape(X)), complex))", SOME)
    + each("np.N(X, 1, dtype=np.float32, casting='unsafe')", SOME)
    + each("np.N(X, 1, dtype='int64')", SOME)
    + each("np.N(X, 2, where=X > 0, out=np.zeros(np.shape(X)))", SOME)
    + each("np.N(X, 2, where=True, order='F')", SOME)
    + each("np.N(X, out=None, where=True)", ("exp", "negative", "isnan"))
    + each("np.N(X, np.zeros(4))", ("exp", "negative", "isnan"))
    # methods of ufuncs
    + each("np.N.reduce(X)", BINARY)
    + each("np.N.reduce(X, out=np.array(np.N.reduce(X)))", BINARY)
    + each("np.N.accumulate(X)", BINARY)
    + each("np.N.accumulate(X, 0, out=np.array(np.N.accumulate(X)))", BINARY)
    + each("np.N.reduceat(X, [0, 1])", BINARY)
    + each("np.N.reduceat(X, [0, 1], out=np.array(np.N.reduceat(X, [0, 1])))", BINARY)
    + each("np.N.outer(X, X)", BINARY)
    + each("np.N.outer(X, [1, 2], out=np.array(np.N.outer(X, [1, 2])))", BINARY)
    + each("np.N.at(X, 0, 1)", BINARY)
    + each("np.N.at(X, 0)", UNARY)
    + each("np.N.reduceat(X, [0, 2, 1], axis=-1)", SOME)
    + each("np.N.reduceat(X, [], 0)", SOME)
    + each("np.N.reduceat(X, np.array([1]), axis=1, dtype=np.float64)", SOME)
    + each("np.N.reduceat(X, indices=[0], axis=5)", SOME)
    + each("np.N.reduce(X, axis=0, dtype=np.float32, keepdims=True)", SOME)
    + each("np.N.reduce(X, 0, initial=2, where=X > 0)", SOME)
    + each("np.N.reduce(X, 0, None, None, True)", SOME)
    + each("np.N.accumulate(X, axis=-1, dtype=np.float32)", SOME)
    + each("np.N.outer(X, 2, dtype=np.float64)", SOME)
    + each("np.N.at(X, ([0, 0],), 2)", SOME)
    + each("np.negative.at(X, N)", ("[0, 0]", "([0], [1])", "X > 0", "slice(1)", "..."))
)
"""Keyword forms and methods of ufuncs, `out=` of every function that has it."""

PARTS: list[str] = [
    *each("X.flags.N", ("c_contiguous", "f_contiguous", "contiguous", "fortran", "fnc", "forc", "owndata", "writeable", "aligned", "behaved",
                        "carray", "farray")),
    *each("X.dtype.N", ("name", "kind", "char", "str", "byteorder", "itemsize", "alignment", "num", "ndim", "isnative", "hasobject", "shape",
                        "type", "base", "isalignedstruct")),
    *each("np.finfo(X.dtype).N", ("eps", "epsneg", "max", "min", "resolution", "smallest_normal", "smallest_subnormal", "tiny", "bits", "iexp",
                                  "machep", "maxexp", "minexp", "negep", "nexp", "nmant", "precision", "dtype")),
    *each("np.iinfo(X.dtype).N", ("bits", "max", "min", "kind", "dtype")),
    *each("np.issubdtype(X.dtype, N)", ("np.floating", "np.integer", "np.number", "np.generic", "np.float32", "'int64'", "np.int64", "bool",
                                        "np.signedinteger", "np.complexfloating", "np.inexact")),
    "np.zeros(2, X.dtype.type)", "X.dtype.type(2)", "X.dtype.type(X)", "X.dtype == np.float64", "X.dtype != 'int64'", "X.astype(X.dtype)",
    "str(X.dtype)", "repr(X.dtype)", "isinstance(X.dtype, np.dtype)", "isinstance(X, np.ndarray)", "isinstance(X.max(), np.floating)",
    "[i for i in np.ndindex(*X.shape)]", "[(i, v) for i, v in np.ndenumerate(X)]", "np.empty((2, 3)).shape",
    "X.flat[0]", "X.dtype.kind in 'iu'", "np.where(X > 0, X, np.finfo(np.float32).max)", "np.frombuffer(X.tobytes(), X.dtype)",
    "X.dtype in (np.float32, np.int64)",
]  # fmt: skip
"""Parts of arrays and of their dtypes; compiled whole, since more than one op is at work."""

MORE: list[str] = [
    *each("np.isdtype(X.dtype, N)", ("'integral'", "'real floating'", "('bool', np.float64)", "np.float32", "'numeric'")),
    *each("np.result_type(X, N)", ("np.int8", "1", "1.5", "2j", "np.float32", "'f2'", "True", "X")),
    *each("np.can_cast(X, N)", ("np.float32", "'int8'", "np.int64, casting='same_kind'", "complex, 'unsafe'")),
    *each("np.can_cast(X.dtype, N)", ("np.float32", "'int8'")),
    *each("np.promote_types(X.dtype, N)", ("np.float32", "'int8'", "bool")),
    *each("np.emath.N(X)", ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh")),
    *each("np.cumulative_N(X)", ("sum", "prod")),
    *each("np.cumulative_N(X, axis=-1)", ("sum", "prod")),
    *each("np.cumulative_N(X, axis=0, include_initial=True)", ("sum", "prod")),
    *each("np.cumulative_N(X, axis=0, dtype=np.float32)", ("sum", "prod")),
    *each("np.cumulative_N(X, axis=0, out=np.array(np.cumulative_N(X, axis=0)))", ("sum", "prod")),
    "np.min_scalar_type(X)", "np.common_type(X)", "np.common_type(X, X)", "np.dtype(X.dtype)",
    "np.emath.logn(2, X)", "np.emath.power(X, 0.5)", "np.emath.power(X, X)", "np.polydiv(X, [1.0, 2.0])", "np.polydiv([1, 2], X)",
    "np.real_if_close(X)", "np.real_if_close(X, tol=10)", "np.require(X)", "np.require(X, np.float32, ['F'])", "np.require(X, requirements='W')",
    "np.asarray_chkfinite(X)", "np.asarray_chkfinite(X, dtype=np.float32)", "np.asarray_chkfinite(1 / X)", "np.astype(X, np.float32)",
    "np.astype(X, 'int8', copy=False)", "np.iterable(X)", "np.isfortran(X)", "np.array_repr(X)", "np.array_repr(X, precision=2, suppress_small=True)",
    "np.array_str(X)", "np.array2string(X, separator=', ', threshold=5)", "np.array2string(X, precision=3, floatmode='fixed')", "np.base_repr(X)",
    "np.base_repr(X, 3, padding=2)", "np.binary_repr(X)", "np.binary_repr(X, width=10)", "np.format_float_positional(X)",
    "np.format_float_positional(X, precision=3, trim='-')", "np.format_float_scientific(X, precision=2, exp_digits=3)", "np.fromiter(X, float)",
    "np.fromiter(X, np.float32, count=2)", "np.frombuffer(X)", "np.frombuffer(X, np.uint8, count=4, offset=1)",
]  # fmt: skip
"""Functions of dtypes, text, conversions."""

FFTS = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")

OUTPUTS: list[str] = (
    each("np.N(X, out=np.array(np.N(X)))", ("around", "round", "trace", "fix", "isposinf", "isneginf", "vstack"))
    + each("np.N(X, X, out=np.array(np.N(X, X)))", ("dot", "outer", "vecdot", "matmul"))
    + each("np.fft.N(X, out=np.array(np.fft.N(X)))", FFTS)
    + each("np.N(X, np.ones(4), out=np.array(np.N(X, np.ones(4))))", ("matvec", "dot", "vecdot"))
    + each("X.N(out=np.array(X.N()))", ("round", "trace"))
    + """np.clip(X, 0, 1, out=np.array(np.clip(X, 0, 1)))
np.clip(X, 0, 1, np.array(np.clip(X, 0, 1)))
X.clip(0, 1, out=np.array(X.clip(0, 1)))
X.dot(X, out=np.array(np.dot(X, X)))
np.take(X, [0, 0], out=np.array(np.take(X, [0, 0])))
np.take(X, [0], axis=0, out=np.array(np.take(X, [0], axis=0)), mode='clip')
X.take([0], 0, np.array(np.take(X, [0], 0)))
np.concatenate((X, X), out=np.array(np.concatenate((X, X))))
np.concatenate((X, X), axis=None, out=np.array(np.concatenate((X, X), axis=None)))
np.stack((X, X), axis=-1, out=np.array(np.stack((X, X), axis=-1)))
np.compress([True], X, axis=0, out=np.array(np.compress([True], X, axis=0)))
X.compress([True, False], out=np.array(X.compress([True, False])))
np.choose(X, (1, 2))
np.choose(X, [[1, 2], [3, 4]], mode='clip')
X.choose((1, 2))
X.choose((1, 2, 3), mode='clip')
np.vecmat(np.ones(3), X, out=np.array(np.vecmat(np.ones(3), X)))
np.linalg.multi_dot([X, X], out=np.array(np.linalg.multi_dot([X, X])))
np.diag_indices(X)
np.diag_indices_from(X)
np.histogram_bin_edges(X)
np.histogram_bin_edges(X, bins=3, range=(0, 1))
np.histogram2d(X, X)
np.histogram2d(X, X, bins=2)
np.histogramdd(X, bins=1)
np.packbits(X)
np.packbits(X, axis=0, bitorder='little')
np.unpackbits(X)
np.unpackbits(X, axis=-1, count=3)
np.sort_complex(X)
np.trim_zeros(X)
np.trim_zeros(X, 'f')
np.unique_all(X)
np.unique_counts(X)
np.unique_inverse(X)
np.unique_values(X)
np.block([X, X])
np.block([[X, X], [X, X]])
np.copyto(X, 1)
np.copyto(X, 1.5, casting='unsafe', where=X > 0)
np.may_share_memory(X, X)
np.shares_memory(X, X)
np.shares_memory(X, X.T, max_work=1)
np.iscomplexobj(X)
np.isrealobj(X)
np.array_equiv(X, X)
np.array_equiv(X, 1)
np.permute_dims(X, (1, 0))
np.permute_dims(X)
np.polysub(X, [1.0])
np.put_along_axis(X, np.zeros((1, 1), int), 7, 0)
np.lib.stride_tricks.as_strided(X, (0,), (8,))
np.linalg.cross(X, [1.0, 2.0, 3.0])
np.linalg.diagonal(X)
np.linalg.matmul(X, X)
np.linalg.matrix_norm(X)
np.linalg.matrix_norm(X, keepdims=True, ord=1)
np.linalg.matrix_transpose(X)
np.linalg.outer(X, X)
np.linalg.svdvals(X)
np.linalg.tensordot(X, X, axes=1)
np.linalg.tensorinv(X, ind=1)
np.linalg.tensorsolve(X, np.ones(3))
np.linalg.trace(X)
np.linalg.vecdot(X, X)
np.linalg.vector_norm(X)
np.linalg.vector_norm(X, axis=0, ord=1)
X.byteswap()
X.__copy__()
np.int16(X)
np.int32(X)
np.uint16(X)
np.uint32(X)
np.uint64(X)
np.complex128(X)
np.empty_like(X).shape""".splitlines()
)
"""`out=` of the functions that are no ufuncs, and one line for each that no other family has."""

CLOSED: list[str] = [
    "np.typename('d')", "np.typename('F')", "np.mintypecode('df')", "np.mintypecode(['d', 'F'])", "np.mintypecode('i', default='f')",
    "np.fromstring('1 2 3', sep=' ')", "np.fromstring('1,2', dtype=np.int8, sep=',')", "np.fromiter([1, 2], int)",
    "np.fromiter((1.5, 2), float, count=1)",
    "np.fromiter(range(5), np.int8)", "np.fromiter([], float)", "np.issubdtype(np.float32, np.floating)", "np.issubdtype(int, np.integer)",
    "np.promote_types(np.int8, np.uint8)", "np.promote_types('f4', 'i8')", "np.can_cast('i4', 'i8')", "np.can_cast(np.int8, np.uint8)",
    "np.isdtype(np.float32, 'real floating')", "np.result_type(np.int8, 3)", "np.result_type(1, 2.0)", "np.result_type(np.float32, np.int64)",
    "np.common_type()", "np.min_scalar_type(300)", "np.min_scalar_type(-1)", "np.min_scalar_type(1.5)", "np.dtype('f4')", "np.dtype(np.int8).name",
    "np.finfo(np.float32).eps", "np.iinfo(np.int8).max", "np.finfo('f2').max", "np.base_repr(10)", "np.base_repr(-10, base=16)",
    "np.binary_repr(5, width=8)", "np.binary_repr(-5, width=8)", "np.format_float_positional(0.1)", "np.format_float_scientific(1e10)",
    "np.real_if_close([1 + 0j])", "np.real_if_close(1.0)", "np.require([1, 2])", "np.asarray_chkfinite([1.0, 2.0])", "np.iterable([1])",
    "np.iterable(1)",
    "np.emath.sqrt(-1)", "np.emath.log([1.0, -1.0])", "np.emath.logn(2, 8)", "np.emath.power([2, 4], -1)", "np.polydiv([1.0, 5.0, 6.0], [1.0, 2.0])",
    "np.cumulative_sum([1, 2, 3])", "np.cumulative_prod((1.5, 2.0), include_initial=True)", "np.fromfunction(lambda i, j: i + j, (2, 3))",
    "np.fromfunction(lambda i: i * i, (4,), dtype=int)", "np.dtype(float).kind", "np.dtype('i2').itemsize", "np.float32", "np.dtype(np.float32)",
]  # fmt: skip

VECTORIZED: list[str] = [
    "np.vectorize(lambda v: v * v)(X)", "np.vectorize(lambda v: v > 1)(X)", "np.vectorize(lambda v, w: v + w)(X, 2)",
    "np.vectorize(lambda v: v, otypes=[np.float32])(X)", "np.vectorize(lambda v: abs(v), otypes=[float])(X)", "np.vectorize(lambda v: (v, -v))(X)",
    "np.vectorize(lambda v: 1 if v else 2.5)(X)", "np.vectorize(lambda v, w: v * w + 1)(X, X)",
]  # fmt: skip
"""With functions: compiled whole, since an op alone cannot tell."""

