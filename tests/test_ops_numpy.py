"""The NumPy type rules against NumPy itself.

A sample is one line of Python. It is run on real values; the rule is asked for its type, once from the exact types of
the operands and then from types with parts forgotten; the value must be a member of every type derived. Where NumPy succeeds no rule may
refuse, except by a sentence that says what must be known.
"""

from __future__ import annotations

import ast
import itertools
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy_keyword_samples import CLOSED as KEYWORD_CLOSED
from numpy_keyword_samples import PARTS, VECTORIZED
from numpy_samples import CLOSED, EVERY, INDICES, INPLACE, ONE, PLAIN, POOL, RANDOM, TWO

from scriptc.ir.core import MISSING, Arg, Call, OpDef, OpTypeError
from scriptc.ir.infer import NeedsWiden, infer
from scriptc.library.numpy_ import NUMPY_FUNCTIONS, NUMPY_METHODS, RNG_METHODS, out_call
from scriptc.ops import TABLE, tensor_rules
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    ELLIPSIS,
    FLOAT,
    INT,
    NONE,
    NP_RNG,
    RANGE,
    SLICE,
    STR,
    Dim,
    List,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join_all,
    union,
)

ATOMS: dict[type, Type] = {
    bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR, bytes: BYTES, type(None): NONE, slice: SLICE, range: RANGE,
    type(Ellipsis): ELLIPSIS, np.random.Generator: NP_RNG,
}  # fmt: skip


def type_of(value: Any) -> Type:
    if isinstance(value, np.ndarray):
        return Tensor(value.dtype.name, value.shape, False)
    if isinstance(value, np.generic):
        return Tensor(value.dtype.name, (), True)
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic | float | int | complex)):
        return DTYPE
    if isinstance(value, list):
        return List(join_all(map(type_of, value)))
    if isinstance(value, tuple):
        return Tuple(tuple(map(type_of, value)))
    return ATOMS[type(value)]


def const_of(value: Any) -> Any:
    if isinstance(value, bool | int | float | complex | str | slice | type(None)):
        return value
    if isinstance(value, np.dtype) or isinstance(value, type):
        return np.dtype(value).name
    if isinstance(value, tuple):
        return tuple(const_of(v) for v in value)
    return MISSING


def is_member(value: Any, t: Type) -> bool:
    if isinstance(t, Union):
        return any(is_member(value, m) for m in t.members)
    if isinstance(t, Tensor):
        return _is_tensor(value, t)
    if isinstance(t, List):
        return type(value) is list and all(is_member(v, t.elem) for v in value)
    if isinstance(t, Tuple):
        return isinstance(value, tuple) and len(value) == len(t.items) and all(is_member(v, i) for v, i in zip(value, t.items, strict=True))
    if isinstance(t, TupleOf):
        return type(value) is tuple and all(is_member(v, t.elem) for v in value)
    if t == DTYPE:
        return isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic))
    return ATOMS.get(type(value)) == t


def _is_tensor(value: Any, t: Tensor) -> bool:
    if not isinstance(value, np.ndarray | np.generic) or isinstance(value, np.ma.MaskedArray):
        return False
    if t.scalar is not None and isinstance(value, np.generic) is not t.scalar:
        return False
    if t.dtype is not None and (value.dtype.name != t.dtype or not value.dtype.isnative):
        return False
    if t.shape is None:
        return True
    return len(t.shape) == value.ndim and all(_dim_fits(d, n) for d, n in zip(t.shape, value.shape, strict=True))


def _dim_fits(d: Dim, n: int) -> bool:
    return d is None or d == n or d == f"d{n}"


# forgetting parts of a type


def _each_tensor(fn: Callable[[Tensor], Tensor]) -> Callable[[Arg], Arg]:
    def on_type(t: Type) -> Type:
        return fn(t) if isinstance(t, Tensor) else t.map(on_type)

    return lambda a: Arg(on_type(a.type), a.const)


def _forget_scalar(t: Tensor) -> Tensor:
    return Tensor(t.dtype, t.shape, None if t.shape == () or t.shape is None else False)


WAYS: dict[str, Callable[[Arg], Arg]] = {
    "exact": lambda a: a,
    "no constants": lambda a: Arg(a.type, MISSING if a.type != DTYPE else a.const),
    "nothing static": lambda a: Arg(a.type),
    "no dims": _each_tensor(lambda t: Tensor(t.dtype, None if t.shape is None else (None,) * len(t.shape), t.scalar)),
    "symbols": _each_tensor(lambda t: Tensor(t.dtype, None if t.shape is None else tuple(f"d{d}" for d in t.shape), t.scalar)),
    "half": _each_tensor(lambda t: Tensor(t.dtype, t.shape and tuple(None if i % 2 else d for i, d in enumerate(t.shape)), t.scalar)),
    "no rank": _each_tensor(lambda t: t if t.scalar else Tensor(t.dtype, None, False)),
    "no dtype": _each_tensor(lambda t: Tensor(None, t.shape, t.scalar)),
    "no scalar": _each_tensor(_forget_scalar),
    "nothing": _each_tensor(lambda t: Tensor(None, None, None)),
}


# reading a sample


class Sample:
    """A line of Python, its value, and how to ask a rule for its type."""

    def __init__(self, text: str, env: dict[str, Any]) -> None:
        self.text, self.env = text, env
        tree = ast.parse(text, mode="eval").body
        self.operands, self.kw, self.rule = _split(tree, env)

    def run(self) -> Any:
        names = {k: v.copy(order="K") if isinstance(v, np.ndarray) and v.flags.c_contiguous else v for k, v in self.env.items()}
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return eval(self.text, {"np": np}, names)

    def arg(self, node: ast.expr) -> Arg:
        value = eval(compile(ast.Expression(node), "<sample>", "eval"), {"np": np}, self.env)
        literal = not any(isinstance(n, ast.Name) and n.id in self.env for n in ast.walk(node))
        return Arg(type_of(value), const_of(value) if literal else MISSING)


def _split(tree: ast.expr, env: dict[str, Any]) -> tuple[list[ast.expr], tuple[str, ...], Callable[[Call], Type]]:
    if isinstance(tree, ast.BinOp):
        name = _OPERATORS[type(tree.op)]
        return [tree.left, tree.right], (), lambda c: tensor_rules.binary(name, *c.args)
    if isinstance(tree, ast.UnaryOp):
        unary = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}[type(tree.op)]
        return [tree.operand], (), lambda c: tensor_rules.unary(unary, *c.args)
    if isinstance(tree, ast.Compare):
        compare = type(tree.ops[0]).__name__.lower().replace("noteq", "ne").replace("lte", "le").replace("gte", "ge")
        if compare == "in":
            return [tree.comparators[0], tree.left], (), lambda c: tensor_rules.contains(*c.args)
        return [tree.left, tree.comparators[0]], (), lambda c: tensor_rules.compare(compare, *c.args)
    if isinstance(tree, ast.Subscript):
        return [tree.value, _index(tree.slice)], (), lambda c: tensor_rules.getitem(*c.args)
    return _split_call(tree, env)


def _split_call(tree: ast.expr, env: dict[str, Any]) -> tuple[list[ast.expr], tuple[str, ...], Callable[[Call], Type]]:
    if isinstance(tree, ast.Attribute):
        op = TABLE[NUMPY_METHODS[tree.attr]]
        return [tree.value], (), lambda c: infer(op, c)[0]
    assert isinstance(tree, ast.Call)
    text = ast.unparse(tree.func)
    if text in _BUILTINS:
        return [*tree.args, *(k.value for k in tree.keywords)], tuple(str(k.arg) for k in tree.keywords), _BUILTINS[text]
    op, operands, kw = _op_of(tree, env)
    return operands, kw, lambda c: infer(op, c)[0]


def _op_of(tree: ast.expr, env: dict[str, Any]) -> tuple[OpDef, list[ast.expr], tuple[str, ...]]:
    """The op of a call, its operands, and the names of the last of these."""
    if isinstance(tree, ast.Attribute):
        return TABLE[NUMPY_METHODS[tree.attr]], [tree.value], ()
    assert isinstance(tree, ast.Call)
    text, args = ast.unparse(tree.func), list(tree.args)
    if text.startswith("np."):
        op = TABLE[NUMPY_FUNCTIONS[eval(text)]]
    else:
        assert isinstance(tree.func, ast.Attribute)
        of_rng = isinstance(env.get(ast.unparse(tree.func.value)), np.random.Generator)
        op = TABLE[(RNG_METHODS if of_rng else NUMPY_METHODS)[tree.func.attr]]
        args = [tree.func.value, *args]
    return _with_out(op, args, {str(k.arg): k.value for k in tree.keywords})


def _with_out(op: OpDef, args: list[ast.expr], kwargs: dict[str, ast.expr]) -> tuple[OpDef, list[ast.expr], tuple[str, ...]]:
    """As the frontend does: a call that gives outputs is the variant of the op that writes them."""
    plain = op, [*args, *kwargs.values()], tuple(kwargs)
    call = out_call(op)
    if call is None or op.signature is None:
        return plain
    given = {**dict(zip((p.name for p in op.signature.params), args, strict=False)), **kwargs}
    outputs: list[ast.expr] = [given.get(n, ast.Constant(None)) for n in call.outputs]
    out = kwargs.get("out")
    if isinstance(out, ast.Tuple) and len(out.elts) == len(outputs):
        outputs = list(out.elts)
    if all(isinstance(o, ast.Constant) and o.value is None for o in outputs):
        return plain
    arranged = call.arrange(given, outputs)
    return plain if arranged is None else (call.op, [*arranged[0], *arranged[1].values()], tuple(arranged[1]))


_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow",
    ast.MatMult: "matmul", ast.LShift: "lshift", ast.RShift: "rshift", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor",
}  # fmt: skip
_BUILTINS: dict[str, Callable[[Call], Type]] = {
    "abs": lambda c: tensor_rules.unary("abs", *c.args),
    "divmod": lambda c: tensor_rules.divmod_(*c.args),
    "len": lambda c: tensor_rules.length(*c.args),
    "bool": lambda c: tensor_rules.truth(*c.args),
}


def _index(node: ast.expr) -> ast.expr:
    """A subscript with its slices written as calls of `slice`, so that it can be evaluated on its own."""
    if isinstance(node, ast.Slice):
        parts = [p or ast.Constant(None) for p in (node.lower, node.upper, node.step)]
        return ast.parse(f"slice({', '.join(map(ast.unparse, parts))})", mode="eval").body
    if isinstance(node, ast.Tuple):
        return ast.fix_missing_locations(ast.Tuple([_index(e) for e in node.elts], ast.Load()))
    return node


MUST_BE_KNOWN = ("known", "constant", "may be either")


def check(text: str, env: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the types derived for a sample."""
    try:
        sample = Sample(text, env)
    except AttributeError:
        return  # this NumPy has no such function
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            args = [sample.arg(ast.fix_missing_locations(o)) for o in sample.operands]
    except Exception:  # noqa: BLE001 - whatever NumPy raises
        return  # an operand cannot be computed from this value
    try:
        value = sample.run()
    except Exception as e:  # noqa: BLE001 - whatever NumPy raises, the rule is free
        value = e
    shown = f"{text} with {', '.join(f'{k}={type_of(v)}' for k, v in env.items() if k in text)}"
    for way, forget in WAYS.items():
        call = Call(tuple(map(forget, args)), sample.kw)
        try:
            t = sample.rule(call)
        except OpTypeError as e:
            vague = way != "exact" or any(isinstance(a.type, List | Tuple) for a in args)
            if not isinstance(value, Exception) and not (vague and any(k in e.message for k in MUST_BE_KNOWN)):
                yield f"{shown} [{way}]: refused ({e.message}), but NumPy gives {type_of(value)}"
            continue
        if not isinstance(value, Exception) and not is_member(value, t):
            yield f"{shown} [{way}]: derived {t}, but NumPy gives {_show(value)}"


def _show(value: Any) -> str:
    try:
        return f"{type(value).__name__} {type_of(value)}"
    except KeyError:
        return type(value).__name__


@pytest.mark.parametrize("family", sorted(ONE))
def test_one_operand(family: str) -> None:
    values = (POOL if family == "outputs" else EVERY).values()
    pairs = [(template, value) for template in ONE[family] for value in values if _suits(template, value)]
    step = 7 if len(pairs) > 20_000 else 1
    wrong = [w for template, value in pairs[::step] for w in check(template, {"X": value})]
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


def _suits(template: str, value: Any) -> bool:
    """Methods, subscripts and operators need a NumPy operand; Python's own are other rules'."""
    if isinstance(value, np.ndarray | np.generic):
        return True
    return template.startswith("np.") and "X." not in template and "X" not in template.replace("(X", "").replace(", X", "")


@pytest.mark.parametrize("family", sorted(TWO))
def test_two_operands(family: str) -> None:
    pairs = [(x, y) for x, y in itertools.product(EVERY, EVERY) if x in POOL or y in POOL]
    wrong = []
    for k, (template, (x, y)) in enumerate(itertools.product(TWO[family], pairs)):
        if k % (2 if family == "operators" else 7) == 0:
            value = EVERY[x]
            needs_array = ("[" in template and template[0] == "X", x), ("Y.dtype" in template, y), ("X >" in template, x)
            if any(needs and name in PLAIN for needs, name in needs_array):
                continue
            wrong += check(template, {"X": value, "Y": EVERY[y]})
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


def test_closed() -> None:
    wrong = [w for text in CLOSED for w in check(text, {})]
    assert not wrong, "\n".join(wrong)


def test_random() -> None:
    wrong = [w for text in RANDOM for w in check(text, {"G": np.random.default_rng(0)})]
    assert not wrong, "\n".join(wrong)


def _inplace(opname: str, symbol: str, x: Any, y: Any) -> Iterator[str]:
    """`x <op>= y` and what the name holds afterwards, against the rule."""
    names = {"x": x.copy() if isinstance(x, np.ndarray) else list(x) if isinstance(x, list) else x, "y": y}
    error = None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec(f"x {symbol}= y", {}, names)
        except Exception as e:  # noqa: BLE001 - whatever NumPy raises, the rule is free
            error = e
    yield from _judge(f"{type_of(x)} {symbol}= {type_of(y)}", lambda *a: tensor_rules.inplace(opname, *a), (x, y), names["x"], error)


def _judge(shown: str, rule: Callable[..., Type | None], values: tuple[Any, ...], result: Any, error: Exception | None) -> Iterator[str]:
    for way, forget in WAYS.items():
        try:
            t = rule(*(forget(Arg(type_of(v))) for v in values))
        except NeedsWiden:
            continue
        except OpTypeError as e:
            if error is None and not any(k in e.message for k in MUST_BE_KNOWN):
                yield f"{shown} [{way}]: refused ({e.message})"
            continue
        if error is None and t is not None and not is_member(result, t):
            yield f"{shown} [{way}]: derived {t}, but it is {_show(result)}"


@pytest.mark.parametrize("opname", sorted(INPLACE))
def test_inplace(opname: str) -> None:
    pairs = [(x, y) for x, y in itertools.product(EVERY.values(), EVERY.values()) if isinstance(x, np.ndarray | np.generic)]
    pairs += [([1.0, 2.0], y) for y in POOL.values()]
    wrong = [w for x, y in pairs for w in _inplace(opname, INPLACE[opname], x, y)]
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


def test_setitem() -> None:
    values = [*EVERY.values(), "1.5", None]
    wrong: list[str] = []
    targets = [v for v in POOL.values() if isinstance(v, np.ndarray)]
    for k, (x, index, value) in enumerate(itertools.product(targets, INDICES, values)):
        if k % 5:
            continue
        target, error = x.copy(), None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                target[index] = value
            except Exception as e:  # noqa: BLE001 - whatever NumPy raises, the rule is free
                error = e
        shown = f"{type_of(x)}[{index}] = {type_of(value)}"
        refused_text = isinstance(value, str) or value is None
        wrong += [w for w in _judge(shown, tensor_rules.setitem, (x, index, value), None, error) if not refused_text]
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


def test_iterate() -> None:
    for x in (v for v in POOL.values() if isinstance(v, np.ndarray) and v.ndim):
        for forget in WAYS.values():
            row = tensor_rules.iterate(forget(Arg(type_of(x))))
            assert all(is_member(r, row) for r in x)


PRECISE = {
    "np.matmul(F[:, 0, :], W)": "float32[n, 8]",
    "np.exp(F)": "float32[n, 5, 6]",
    "np.maximum(F, 0)": "float32[n, 5, 6]",
    "F * 2.5": "float32[n, 5, 6]",
    "np.zeros((2, 3), np.float32)": "float32[2, 3]",
    "np.take(W, np.array([0, 1]), axis=0)": "float32[2, 8]",
    "np.expand_dims(F, 0)": "float32[1, n, 5, 6]",
    "np.split(F, 2, -1)": "list[float32[n, 5, 3]]",
    "F.argmax()": "np.int64",
    "F.mean(axis=(0, 1))": "float32[6]",
    "F[:, 0, :]": "float32[n, 6]",
    "F[:, -1, :]": "float32[n, 6]",
    "F[..., None]": "float32[n, 5, 6, 1]",
    "F.T": "float32[6, 5, n]",
    "F.reshape(-1, 30)": "float32[n, 30]",
    "np.concatenate((F, F), axis=1)": "float32[n, 10, 6]",
    "np.pad(F, ((0, 0), (1, 1), (0, 0)), mode='reflect')": "float32[n, 7, 6]",
    "np.where(F > 0, F, 0.0)": "float32[n, 5, 6]",
    "np.clip(F, 0, 1)": "float32[n, 5, 6]",
    "np.stack([F, F])": "float32[?, n, 5, 6]",
    "np.arange(5)": "int64[5]",
    "F @ W": "float32[n, 5, 8]",
    "np.einsum('bij,jk->bik', F, W)": "float32[n, 5, 8]",
    "F.shape": "tuple[int, int, int]",
    "F.sum()": "np.float32",
    "F[0, 0, 0]": "np.float32",
    "F.astype(np.float64)": "float64[n, 5, 6]",
    "np.sqrt(F.sum(axis=-1, keepdims=True))": "float32[n, 5, 1]",
}


@pytest.mark.parametrize("text", PRECISE)
def test_precise(text: str) -> None:
    assert str(_derive(ast.parse(text, mode="eval").body)) == PRECISE[text]


def _derive(tree: ast.expr) -> Type:
    """The type of a nested expression over F (float32[n, 5, 6]) and W (float32[6, 8]), inner calls derived too."""
    known = {"F": Tensor("float32", ("n", 5, 6)), "W": Tensor("float32", (6, 8))}
    env = {"F": np.ones((2, 5, 6), np.float32), "W": np.ones((6, 8), np.float32)}
    operands, kw, rule = _split(tree, env)
    args = []
    for o in map(ast.fix_missing_locations, operands):
        names = {n.id for n in ast.walk(o) if isinstance(n, ast.Name)} & set(known)
        if isinstance(o, ast.Tuple | ast.List) and names:
            items = [known[e.id] if isinstance(e, ast.Name) else INT for e in o.elts]
            args.append(Arg(Tuple(tuple(items)) if isinstance(o, ast.Tuple) else List(join_all(items))))
        elif names:
            args.append(Arg(known[o.id] if isinstance(o, ast.Name) else _derive(o)))
        else:
            value = eval(compile(ast.Expression(o), "<sample>", "eval"), {"np": np})
            args.append(Arg(type_of(value), const_of(value)))
    return rule(Call(tuple(args), kw))


CERTAIN = [
    ("np.ones((2, 3)) + np.ones((2, 4))", "(2, 3) and (2, 4)"),
    ("np.ones((2, 3)) @ np.ones((2, 4))", "3 is not 2"),
    ("np.ones(3)[0, 0]", "too many indices"),
    ("np.ones(3)[1.0]", "integer"),
    ("np.ones(3) + None", "does not compute"),
    ("np.ones(3) & 1", "not defined"),
    ("-np.array([True])", "not defined"),
    ("np.concatenate((np.ones((2, 3)), np.ones((2, 4))))", "(2, 3) and (2, 4)"),
    ("np.reshape(np.ones(5), (2, -1))", "multiple"),
    ("np.sum(np.ones(3), axis=1)", "out of bounds"),
    ("np.zeros(1.5)", "integers"),
    ("np.exp(np.ones(2), where=np.array([True, False]))", "undefined"),
    ("bool(np.ones(2))", "ambiguous"),
    ("np.add(np.ones(2), 1, out=np.ones(3))", "does not fit"),
    ("np.add(np.ones(2), 1, out=np.float64(1))", "must be an array"),
    ("np.sum(np.ones((2, 3)), axis=0, out=np.ones(2))", "does not fit"),
    ("np.add.reduceat(np.ones(3), np.array([[0]]))", "vector"),
    ("np.cumulative_sum(np.ones((2, 3)))", "axis"),
    ("np.promote_types(1, 'f4')", "dtype"),
    ("np.linalg.inv(np.ones((2, 3)))", "square"),
    ("np.split(np.ones(5), 2)", "equal division"),
    ("np.sum(np.ones(2), axs=0)", "unexpected keyword"),
]


@pytest.mark.parametrize(("text", "says"), CERTAIN)
def test_certain_errors(text: str, says: str) -> None:
    sample = Sample(text, {})
    with pytest.raises(OpTypeError) as e:
        sample.rule(Call(tuple(sample.arg(ast.fix_missing_locations(o)) for o in sample.operands), sample.kw))
    assert says in e.value.message


def test_every_name_is_an_op() -> None:
    assert all(n in TABLE for n in (*NUMPY_FUNCTIONS.values(), *NUMPY_METHODS.values(), *RNG_METHODS.values()))


def test_out_call() -> None:
    add, total, modf = (out_call(TABLE[f"numpy.{n}"]) for n in ("add", "sum", "modf"))
    assert add is not None and total is not None and modf is not None
    assert add.arrange({"x1": 1, "x2": 2, "where": 3, "out": 4}, [4]) == ([1, 2], {"out": 4, "where": 3})
    assert total.arrange({"a": 1, "axis": 2, "out": 3}, [3]) == ([1], {"out": 3, "axis": 2})
    assert modf.arrange({"x": 1, "out1": 2}, [2, None]) == ([1, 2, None], {})
    assert add.arrange({"x1": 1, "out": 4}, [4]) is None
    assert out_call(TABLE["numpy.zeros"]) is None
    a = Arg(Tensor("float32", (3,)))
    assert infer(TABLE["numpy.exp.out"], Call((a, a))) == (Tensor("float32", (3,)),)
    with pytest.raises(OpTypeError):
        infer(TABLE["numpy.exp.out"], Call((a, Arg(Tensor("int64", (3,)))), ("out",)))
    with pytest.raises(OpTypeError, match="right after"):
        infer(TABLE["numpy.sum.out"], Call((a, Arg(INT, 0), a), ("axis", "out")))


def ops_of(text: str) -> set[str]:
    """The ops a sample is about, by name."""
    names: dict[str, Any] = {"X": np.ones((2, 2)), "Y": np.ones(2), "G": np.random.default_rng(0)}
    found: set[str] = set()
    for tree in ast.walk(ast.parse(text, mode="eval")):
        if not isinstance(tree, ast.Call | ast.Attribute):
            continue
        try:
            found.add(_op_of(tree, names)[0].name)
        except (AttributeError, KeyError, AssertionError):
            continue
    return found


def test_every_op_has_a_sample() -> None:
    texts = [t for family in (*ONE.values(), *TWO.values(), CLOSED, RANDOM, KEYWORD_CLOSED, PARTS, VECTORIZED) for t in family]
    seen = set().union(*map(ops_of, texts))
    callable_ = {*NUMPY_FUNCTIONS.values(), *(n for m, n in NUMPY_METHODS.items() if "." not in m)}
    wanted = {n for n in callable_ | {f"{n}.out" for n in callable_} & set(TABLE) if not n.startswith(UNSAMPLED)}
    assert not sorted(wanted - seen)


UNSAMPLED = ("numpy.Generator.", "numpy.RandomState.", "numpy.random.")
"""Drawn at random: the language cases compare them with the same seed."""


def _random_index(rnd: random.Random, shape: tuple[int, ...]) -> Any:
    def entry(n: int) -> Any:
        some = [rnd.randrange(max(n, 1)) for _ in range(rnd.choice([0, 1, 2]))]
        return rnd.choice([
            rnd.randrange(-max(n, 1), max(n, 1)), slice(rnd.choice([None, 0, -1]), rnd.choice([None, 1, -1]), rnd.choice([None, 2, -1])),
            slice(None), None, ..., some, np.array(some, int), np.zeros((1, 2), int), np.array([rnd.random() < 0.5 for _ in range(n)], bool),
            rnd.choice([True, np.bool_(False), np.int64(0), np.array(0), (0,), (0, 0)]),
        ])  # fmt: skip

    return tuple(entry(shape[min(i, len(shape) - 1)] if shape else 1) for i in range(rnd.randrange(len(shape) + 2)))


def test_random_indices() -> None:
    rnd = random.Random(7)
    for _ in range(1500):
        x = np.zeros(tuple(rnd.choice([0, 1, 2, 3]) for _ in range(rnd.randrange(5))))
        index = _random_index(rnd, x.shape)
        result, error = None, None
        try:
            result = x[index]
        except IndexError as e:
            error = e
        assert not list(_judge(f"{type_of(x)}[{index}]", tensor_rules.getitem, (x, index), result, error))


def test_union_operands_are_asked_one_by_one() -> None:
    x, axis = Arg(Tensor("float32", (3, 4))), Arg(union((INT, NONE)))
    assert infer(TABLE["numpy.cumsum"], Call((x, axis))) == (Tensor("float32", None),)
    assert infer(TABLE["numpy.cumsum"], Call((x, Arg(NONE)))) == (Tensor("float32", (12,)),)
    either = Arg(union((INT, FLOAT)))
    assert infer(TABLE["numpy.maximum"], Call((Arg(Tensor("int8", (3,))), either))) == (Tensor(None, (3,)),)
    with pytest.raises(OpTypeError, match="None"):
        infer(TABLE["numpy.sum"], Call((Arg(union((x.type, NONE))),)))


def test_dtype_op() -> None:
    assert infer(TABLE["dtype"], Call((), attrs={"name": "float32"})) == (DTYPE,)
    with pytest.raises(OpTypeError):
        infer(TABLE["dtype"], Call((), attrs={"name": "object"}))
    with pytest.raises(OpTypeError, match="numbers"):
        infer(TABLE["numpy.zeros"], Call((Arg(INT, 3), Arg(STR, "object"))))
