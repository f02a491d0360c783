"""SC2xx: types."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code, warning

RECORDS = (
    code(
        201, "unknown-type", "the type of this cannot be told",
        """
        Every value in a compiled program has a type known when compiling. Here nothing says what it is: an empty list that
        never gets an element, a value read from somewhere without an annotation.
        """,
        """
        import decimal


        class Last:
            def __init__(self):
                self.value = decimal.Decimal(0)

            def forward(self, x: float) -> float:
                self.value = x
                return x


        last = script(Last())
        """,
        """
        class Last:
            def __init__(self):
                self.value = 0.0

            def forward(self, x: float) -> float:
                self.value = x
                return x


        last = script(Last())
        """,
        help="annotate it, or give `script` an example with `example=(...)`",
    ),
    code(
        202, "operand-types", "this operation does not work on these types",
        """
        Running it would raise `TypeError`, whatever the values.
        """,
        """
        @script
        def label(n: int) -> str:
            return "n = " + n
        """,
        """
        @script
        def label(n: int) -> str:
            return "n = " + str(n)
        """,
    ),
    code(
        203, "call-arguments", "the arguments do not fit the function",
        """
        Too many arguments, too few, one given twice, or a name the function does not have. Running it would raise `TypeError`.
        """,
        """
        def scale(x, factor):
            return x * factor


        @script
        def model(x):
            return scale(x)
        """,
        """
        def scale(x, factor):
            return x * factor


        @script
        def model(x):
            return scale(x, 2.0)
        """,
    ),
    code(
        204, "no-attribute", "there is no such attribute",
        """
        Neither the object nor its class has an attribute of this name. Running it would raise `AttributeError`.
        """,
        """
        @script
        def shout(s: str) -> str:
            return s.uper()
        """,
        """
        @script
        def shout(s: str) -> str:
            return s.upper()
        """,
    ),
    code(
        205, "maybe-none", "this may be `None`",
        """
        On at least one path the value is `None`, which does not have this operation. Test it first: after `is not None` the
        compiler knows better.
        """,
        """
        @script
        def size(s: str | None) -> int:
            return len(s)
        """,
        """
        @script
        def size(s: str | None) -> int:
            if s is None:
                return 0
            return len(s)
        """,
        help="test it with `is None` or `assert ... is not None` first",
    ),
    code(
        206, "mixed-container", "values of different types in one container",
        """
        A list, set or dict that is used as one thing needs elements of one type. Where each position has its own type, use a
        tuple, a NamedTuple or a dataclass.
        """,
        """
        @script
        def model(values: list[int]) -> int:
            values.append("n")
            return len(values)
        """,
        """
        @script
        def model(values: list[int | str]) -> int:
            values.append("n")
            return len(values)
        """,
        help="use a tuple or a dataclass for values of different types",
    ),
    code(
        207, "annotation-differs", "the value is not what the annotation says",
        """
        Python ignores annotations at run time; scriptc believes them, and says so where one is wrong.
        """,
        """
        @script
        def half(n: int) -> float:
            m: int = n / 2
            return m
        """,
        """
        @script
        def half(n: int) -> float:
            m: float = n / 2
            return m
        """,
        help="correct the annotation, or convert the value",
    ),
    code(
        208, "function-chosen-at-run-time", "which function is called is only known at run time",
        """
        Functions are resolved when compiling. Where the choice depends on data, make the choice with `if` and call in each
        branch.
        """,
        """
        @script
        def repeat(x, n: int):
            steps = [np.sin for _ in range(n)]
            for step in steps:
                x = step(x)
            return x
        """,
        """
        @script
        def repeat(x, n: int):
            for _ in range(n):
                x = np.sin(x)
            return x
        """,
        help="choose with `if` and call in each branch",
    ),
    code(
        209, "endless-type", "this type grows without bound",
        """
        Each turn of a loop, or each call of a recursive function, makes a larger type than the one before, such as a tuple
        with one more item. The compiler would never be done.
        """,
        """
        @script
        def nest(n: int):
            t = (1,)
            for i in range(n):
                t = (t, i)
            return t
        """,
        """
        @script
        def collect(n: int) -> list[int]:
            t = [1]
            for i in range(n):
                t.append(i)
            return t
        """,
        help="use a list",
    ),
    code(
        210, "not-iterable", "this cannot be iterated over or unpacked",
        """
        A `for`, a starred argument or an unpacking assignment needs something to iterate over, with as many items as there
        are names.
        """,
        """
        @script
        def total(n: int) -> int:
            s = 0
            for i in n:
                s += i
            return s
        """,
        """
        @script
        def total(n: int) -> int:
            s = 0
            for i in range(n):
                s += i
            return s
        """,
    ),
    code(
        211, "unknown-annotation", "an annotation that scriptc does not understand",
        """
        Annotations may be Python's own types, `list[...]`, `dict[...]`, `tuple[...]`, `Optional`, `Union`, `X | Y`,
        `np.ndarray`, `npt.NDArray[np.float32]`, with the rank `np.ndarray[tuple[int, int], np.dtype[np.float32]]`, jaxtyping's
        `Float32[np.ndarray, "batch 10"]`, `np.random.Generator` and the user's own classes.
        """,
        """
        from collections.abc import Iterator


        @script
        def total(values: Iterator[int]) -> int:
            return sum(values)
        """,
        """
        @script
        def total(values: list[int]) -> int:
            return sum(values)
        """,
        help="use a type from the list in `scriptc explain SC211`",
    ),
    warning(
        250, "float-equality", "floats are compared for equality",
        """
        Results of float arithmetic are rounded, so two ways to the same number seldom give the same bits: `0.1 + 0.2 == 0.3` is
        false. Which way a branch goes then depends on the last bit, and that is what differs most between machines and targets.

        Comparisons that are meant to be exact are left alone: with 0 and infinity, `x != x`, `t + h == t`, with the result of
        `round`, `floor`, `max`, `min` and their like.
        """,
        """
        @script
        def arrived(position: float, speed: float, goal: float) -> bool:
            return position + speed == goal
        """,
        """
        @script
        def arrived(position: float, speed: float, goal: float) -> bool:
            return abs(position + speed - goal) < 1e-9
        """,
        help="compare with a tolerance: `abs(a - b) < 1e-9`, `math.isclose`, `np.isclose`",
    ),
    warning(
        251, "type-comparison", "types are compared with `==`",
        """
        `type(x) == T` is false for objects of classes derived from `T`: for `True` with `int`, for a `np.float64` with `float`.
        `isinstance` takes them in. Where exactly one class is meant, `type(x) is T` says so, and nothing is said of it.
        """,
        """
        @script
        def half(x: int | float) -> float:
            if type(x) == int:
                return x // 2 * 1.0
            return x / 2
        """,
        """
        @script
        def half(x: int | float) -> float:
            if isinstance(x, int):
                return x // 2 * 1.0
            return x / 2
        """,
        help="ask `isinstance`",
    ),
    warning(
        252, "type-from-default", "a parameter has the type of its default",
        """
        A parameter of the compiled function itself needs a type. With no annotation, a number that is its default says it: `k=3` takes
        `int`, and a call with `k=0.5`, which Python would run, raises `TypeError`. An annotation says what is meant.
        """,
        """
        @script
        def scaled(x: float, k=3) -> float:
            return x * k
        """,
        """
        @script
        def scaled(x: float, k: float = 3.0) -> float:
            return x * k
        """,
        help="annotate the parameter",
    ),
)  # fmt: skip
