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
)  # fmt: skip
