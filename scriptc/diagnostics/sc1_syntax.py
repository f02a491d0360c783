"""SC1xx: constructs scriptc does not compile, and names it cannot find."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code, warning

RECORDS = (
    code(
        100, "not-python", "this file is not Python",
        """
        `scriptc lint` looks at text that Python itself can read. This file has a syntax error for the Python that runs scriptc, or
        is not text in the encoding that its first lines name (UTF-8 where they name none), or cannot be read at all. Nothing else
        is said of it.
        """,
        """
        @script
        def scale(x: float) -> float:
            return (x * 2
        """,
        """
        @script
        def scale(x: float) -> float:
            return x * 2
        """,
        help="run `python -m py_compile` on it: Python says the same",
    ),
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
        102, "generator-escapes", "a generator leaves the function that made it, or may be closed at another time",
        """
        Generators are compiled where they are consumed: by a `for`, by `list`, `sum` and the like. One that is returned
        from an entry point, or kept in a field, would have to run on after the program has ended.

        A generator with a `yield` inside `try` or `with` also has something left to do where it is not drawn from to its end:
        Python closes it when the last reference to it goes, and its `finally` runs then. It is compiled where only what draws
        from it holds it: `for x in gen(...)`, `list(gen(...))`, `sum(x for x in gen(...))`, `zip(gen(...), xs)` in a `for`. Given a
        name, passed to a function or to `yield from`, it is refused, for how long it lives there cannot be told; so is a dict
        comprehension over it, or one with `:=`, where Python 3.11 compiles, which closes it later than other versions.
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
        help="do this outside of the compiled function, and pass what it gives as an argument",
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
        `f(*args)` and `f(**options)` are compiled where `f` is a function, method or class that is compiled too: its parameters say
        what may come. Most built-in functions, and functions held in a variable, have none that can be asked for when compiling:
        there the number of arguments and the names of keywords must be known. The length of a tuple is, that of a list is not.
        The keys that `**` gives must be strings.
        """,
        """
        @script
        def parts(values: list[int]) -> tuple[int, int]:
            return divmod(*values)
        """,
        """
        @script
        def parts(values: tuple[int, int]) -> tuple[int, int]:
            return divmod(*values)
        """,
        help="pass a tuple of known length, or write the arguments out",
    ),
    code(
        114, "import-fails", "importing this file fails",
        """
        `scriptc lint --deep` imports the files that have to do with scriptc, each in a process of its own, and compiles what they
        hold. This one raises an exception, ends the process, crashes Python or takes too long before that can be done. Nothing is
        wrong with what it compiles as far as could be seen, but nothing more was seen than without `--deep`.
        """,
        """
        SCALE = float("two")


        @script
        def scale(x: np.ndarray) -> np.ndarray:
            return x * SCALE
        """,
        """
        SCALE = float("2")


        @script
        def scale(x: np.ndarray) -> np.ndarray:
            return x * SCALE
        """,
        help="what only a program does goes below `if __name__ == \"__main__\":`",
    ),
    warning(
        150, "unused-suppression", "this comment suppresses nothing",
        """
        `# noqa: SC402` and `# scriptc: ignore[SC402]` are there for findings that are known and meant. One that suppresses nothing is
        left over from code that has changed, or names a code that there is not, and would hide the next mistake on its line. A bare
        `# noqa` and the codes of other tools are theirs; and of a function that is only called by others, what is found may depend
        on files that were not looked at: nothing is said of those.
        """,
        """
        @script
        def scale(x: float) -> float:
            return x * 2  # noqa: SC402
        """,
        """
        @script
        def scale(x: float) -> float:
            return x * 2
        """,
        help="take it out",
    ),
)  # fmt: skip
