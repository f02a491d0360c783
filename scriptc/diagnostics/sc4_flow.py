"""SC4xx: control flow, and names that may be unset."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

RECORDS = (
    code(
        402, "name-maybe-unset", "a name that is not set on every path",
        """
        On at least one path to this use nothing was assigned to the name. Python would raise `UnboundLocalError` there, only
        when that path is taken.
        """,
        """
        @script
        def pick(x, flag: bool):
            if flag:
                y = x * 2
            return y
        """,
        """
        @script
        def pick(x, flag: bool):
            y = x
            if flag:
                y = x * 2
            return y
        """,
        help="assign it before the branch",
    ),
    code(
        403, "leave-finally", "`return`, `break` or `continue` in a `finally` block",
        """
        Leaving a `finally` block throws away the exception that was on its way, silently. Python itself warns about it since
        3.14.
        """,
        """
        @script
        def read(x: int) -> int:
            try:
                return 10 // x
            finally:
                return 0
        """,
        """
        @script
        def read(x: int) -> int:
            try:
                return 10 // x
            except ZeroDivisionError:
                return 0
        """,
        help="catch the exceptions you mean with `except`",
    ),
    code(
        404, "recursive-type", "the result type of this recursive function cannot be told",
        """
        Every path through the function calls it again or raises, or each call of it inside itself has arguments of other
        types: nothing says what it returns.
        """,
        """
        def down(n: int):
            return down(n - 1)

        @script
        def start(n: int) -> int:
            return down(n)
        """,
        """
        def down(n: int):
            return 0 if n == 0 else down(n - 1)

        @script
        def start(n: int) -> int:
            return down(n)
        """,
        help="give it a path that ends the recursion",
    ),
)  # fmt: skip
