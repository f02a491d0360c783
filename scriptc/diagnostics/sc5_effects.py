"""SC5xx: effects, aliasing, captured data."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code, warning

RECORDS = (
    code(
        501, "captured-data-changed", "data captured from outside is changed",
        """
        Globals and values of enclosing functions are read once, when compiling, and saved with the program. Changing them
        from inside would be seen by the program and not by the rest of the code, or the other way round.
        """,
        """
        SEEN = [1.0]


        @script
        def remember(x: float) -> float:
            SEEN.append(x)
            return x
        """,
        """
        @script
        def remember(x: float, seen: list[float]) -> float:
            seen.append(x)
            return x
        """,
        help="pass it as an argument, or make it an attribute of the module",
    ),
    code(
        502, "class-changed", "a class is changed",
        """
        Assigning to an attribute of a class changes every instance, also those outside of the compiled program.
        """,
        """
        class Counter:
            total = 0

            def forward(self, x: int) -> int:
                Counter.total = x
                return x


        counter = script(Counter())
        """,
        """
        class Counter:
            def __init__(self):
                self.total = 0

            def forward(self, x: int) -> int:
                self.total = x
                return x


        counter = script(Counter())
        """,
        help="assign to an attribute of the instance",
    ),
    code(
        503, "tangled-names", "a list, dict or set inside another is changed under a name of its own",
        """
        The object has two names that lead to one list, dict or set: an attribute of its own, and an item of another container.
        Where one of them is used to change it, the types of both can no longer be told apart.
        """,
        """
        class Log:
            def __init__(self):
                self.items = []
                self.all = {"items": self.items}

            def forward(self, x: int) -> dict[str, list[int]]:
                self.items.append(x)
                return self.all


        log = script(Log())
        """,
        """
        class Log:
            def __init__(self):
                self.items = [0]

            def forward(self, x: int) -> dict[str, list[int]]:
                self.items.append(x)
                return {"items": self.items}


        log = script(Log())
        """,
        help="keep it under one name",
    ),
    warning(
        550, "captured-global-changed", "a global that compiled code reads is changed later",
        """
        The globals a function reads are read once, when it is compiled, and saved with it. Ordinary Python reads them at each call.
        Where one is changed in between, the two differ, and nothing says so.
        """,
        """
        SCALE = 2.0


        @script
        def scaled(x: float) -> float:
            return x * SCALE


        SCALE = 3.0
        """,
        """
        @script
        def scaled(x: float, scale: float) -> float:
            return x * scale
        """,
        help="pass it as an argument, or make it an attribute of the compiled object",
    ),
    warning(
        551, "mutable-default", "a default that can be changed",
        """
        A default is made once, when the function is defined, and shared by all calls: what one call puts into the list, the next
        one finds there. The compiled function keeps to that, as Python does.
        """,
        """
        @script
        def collect(x: float, seen: list[float] = []) -> list[float]:
            seen.append(x)
            return seen
        """,
        """
        @script
        def collect(x: float, seen: list[float] | None = None) -> list[float]:
            if seen is None:
                seen = []
            seen.append(x)
            return seen
        """,
        help="take `None` as the default and make the value inside",
    ),
    warning(
        552, "attribute-changed-outside", "a model is changed after it was compiled",
        """
        `script(net)` reads the attributes of `net` once. The compiled model has its own copy of those that its code changes, and the
        value of the others is part of the code. What is assigned to `net` afterwards is not seen by the compiled model.
        """,
        """
        class Net:
            def __init__(self):
                self.scale = 2.0

            def forward(self, x: float) -> float:
                return x * self.scale


        net = Net()
        model = script(net)
        net.scale = 3.0
        """,
        """
        class Net:
            def __init__(self):
                self.scale = 2.0

            def forward(self, x: float) -> float:
                return x * self.scale


        net = Net()
        net.scale = 3.0
        model = script(net)
        """,
        help="change it before it is compiled, or decorate the class with `@script`: its objects then stay in step",
    ),
    warning(
        553, "time-or-io-in-forward", "time, input or output in `forward`",
        """
        `forward` is what a saved model does at each call, wherever it runs. Printing and warnings there cost time in every call, come
        out where nobody looks, and keep the model from targets that have no terminal. Reading the clock or a file is refused.
        """,
        """
        class Net:
            def forward(self, x: float) -> float:
                print("forward", x)
                return x * 2


        model = script(Net())
        """,
        """
        class Net:
            def forward(self, x: float) -> float:
                return x * 2


        model = script(Net())
        print("forward", model(1.0))
        """,
        help="return what you want to see, and print it outside",
    ),
)  # fmt: skip
