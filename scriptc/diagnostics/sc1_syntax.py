"""SC1xx: constructs scriptc does not compile, and names it cannot find."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

RECORDS = (
    code(
        101, "async", "`async` code is not compiled",
        """
        A compiled program runs from start to end on one thread and has no event loop. `async def`, `await`, `async for`
        and `async with` are refused.
        """,
        """
        @script
        async def scale(x):
            return x * 2
        """,
        """
        @script
        def scale(x):
            return x * 2
        """,
        help="make it a plain function and await outside of the compiled code",
    ),
    code(
        102, "generator-escapes", "a generator leaves the function that made it",
        """
        Generators are compiled where they are consumed: by a `for`, by `list`, `sum` and the like. One that is returned
        from an entry point, or kept in a field, would have to run on after the program has ended.
        """,
        """
        @script
        def rows(x):
            for row in x:
                yield row * 2
        """,
        """
        @script
        def rows(x):
            out = []
            for row in x:
                out.append(row * 2)
            return out
        """,
        help="return a list: `return list(...)`",
    ),
    code(
        103, "global-write", "a global variable is written",
        """
        A saved program has no module around it, so there is no global to write to. Globals are read once, when compiling.
        """,
        """
        calls = 0


        @script
        def count(x):
            global calls
            calls += 1
            return x
        """,
        """
        class Counter:
            def __init__(self):
                self.calls = 0

            def count(self, x):
                self.calls += 1
                return x


        count = script(Counter().count)
        """,
        help="keep the value in an attribute of a module or object, or return it",
    ),
    code(
        104, "eval-exec", "code made at run time is not compiled",
        """
        `eval`, `exec` and `compile` turn text into code while the program runs. A compiled program holds only what could
        be checked when it was compiled.
        """,
        """
        @script
        def apply(x, how: str):
            return eval(how)
        """,
        """
        @script
        def apply(x, how: str):
            if how == "double":
                return x * 2
            return x
        """,
        help="write the choices out with `if`, or keep functions in a dict that is not changed",
    ),
    code(
        105, "metaclass", "a class with a metaclass is not compiled",
        """
        A metaclass may change what making an instance or finding an attribute means. Only classes made by `type`, `Enum`,
        `NamedTuple` and `ABC` are compiled.
        """,
        """
        class Meta(type):
            def __call__(cls, *args):
                return 3


        class Point(metaclass=Meta):
            def __init__(self, x: float):
                self.x = x


        @script
        def first(x: float) -> float:
            return Point(x).x
        """,
        """
        class Point:
            def __init__(self, x: float):
                self.x = x


        @script
        def first(x: float) -> float:
            return Point(x).x
        """,
        help="use a plain class or a dataclass",
    ),
    code(
        106, "unknown-decorator", "a decorator that scriptc does not know",
        """
        A decorator may replace a function by anything. Where it gives another Python function, that one is compiled. Where it
        gives an object of its own, scriptc must know what it means, as it does of `staticmethod`, `classmethod`, `property`.
        """,
        """
        import functools


        @script
        @functools.lru_cache
        def step(n: int) -> int:
            return n * 2
        """,
        """
        @script
        def step(n: int) -> int:
            return n * 2
        """,
        help="take the decorator off, or call what it does from inside the function",
    ),
    code(
        107, "unsupported-syntax", "this construct is not compiled",
        """
        scriptc compiles a large part of Python and refuses the rest by default. What is compiled and what is not is listed
        in the support table.
        """,
        """
        @script
        def area(x: float) -> float:
            class Square:
                side = 2.0

            return x * Square.side
        """,
        """
        class Square:
            side = 2.0


        @script
        def area(x: float) -> float:
            return x * Square.side
        """,
    ),
    code(
        108, "no-source", "there is no source text to compile",
        """
        scriptc compiles from source. Built-in functions, functions typed at the interactive prompt and functions made by
        `exec` have none, and a file that was edited after it was imported no longer holds the code that runs.
        """,
        """
        namespace = {}
        exec("def double(x): return x * 2", namespace)
        double = script(namespace["double"])
        """,
        """
        @script
        def double(x):
            return x * 2
        """,
        help="define it in a file or a notebook cell",
    ),
    code(
        109, "unknown-name", "a name that is not defined",
        """
        The name is neither a local variable, nor a variable of an enclosing function, nor a global of the function's module,
        nor a built-in. Running the function would raise `NameError`.
        """,
        """
        @script
        def scale(x):
            return x * factor
        """,
        """
        factor = 2.0


        @script
        def scale(x):
            return x * factor
        """,
        help="define it before the function is compiled, or pass it as an argument",
    ),
    code(
        110, "cannot-call", "a call of something that is not compiled",
        """
        A compiled program may call functions and classes it can compile too, and those of Python and NumPy that scriptc
        knows. The thing called here is neither.
        """,
        """
        @script
        def size(path: str) -> int:
            return len(open(path).read())
        """,
        """
        @script
        def size(text: str) -> int:
            return len(text)
        """,
        help="do this before or after the compiled function",
    ),
    code(
        111, "unsupported-delete", "this form of `del` is not compiled",
        """
        `del` is compiled for names, for items of lists and dicts, and for attributes of objects that the program made.
        A field of the compiled module itself is part of what is saved, so it cannot go away.
        """,
        """
        class Model:
            def __init__(self):
                self.cache = 1.0

            def forward(self, x):
                del self.cache
                return x


        model = script(Model())
        """,
        """
        class Model:
            def __init__(self):
                self.cache = 1.0

            def forward(self, x):
                self.cache = 0.0
                return x


        model = script(Model())
        """,
        help="assign a neutral value instead",
    ),
    code(
        112, "import-inside", "an `import` inside a function",
        """
        Importing runs code, and a compiled program imports nothing when it runs. Imports at the top of the module are fine:
        they are resolved when compiling.
        """,
        """
        @script
        def area(r: float) -> float:
            import math

            return math.pi * r * r
        """,
        """
        import math


        @script
        def area(r: float) -> float:
            return math.pi * r * r
        """,
        help="move the import to the top of the file",
    ),
    code(
        113, "unknown-star-arguments", "how many arguments `*` or `**` gives is not known",
        """
        In `f(*args)` the number of arguments must be known when compiling: the length of a tuple is, that of a list is not.
        For `**options` the keys must be known.
        """,
        """
        def add(a, b):
            return a + b


        @script
        def total(values: list[float]) -> float:
            return add(*values)
        """,
        """
        def add(a, b):
            return a + b


        @script
        def total(values: tuple[float, float]) -> float:
            return add(*values)
        """,
        help="pass a tuple of known length, or write the arguments out",
    ),
)  # fmt: skip
