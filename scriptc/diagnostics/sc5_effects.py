"""SC5xx: effects, aliasing, captured data."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

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
)  # fmt: skip
