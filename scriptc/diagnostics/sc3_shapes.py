"""SC3xx: dtypes and shapes of arrays."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

RECORDS = (
    code(
        301, "shape-mismatch", "these shapes do not fit together",
        """
        Both shapes are known when compiling and no data can make them fit. Running it would raise `ValueError`.
        """,
        """
        @script
        def add(n: int):
            return np.zeros((2, 3)) + np.zeros((4, 3))
        """,
        """
        @script
        def add(n: int):
            return np.zeros((2, 3)) + np.zeros((1, 3))
        """,
    ),
    code(
        302, "dtype-mismatch", "this operation does not work on this dtype",
        """
        The dtype is known when compiling and NumPy has no such operation for it. Running it would raise `TypeError`.
        """,
        """
        @script
        def flip(n: int):
            return ~np.zeros(3, np.float32)
        """,
        """
        @script
        def flip(n: int):
            return ~np.zeros(3, np.int32)
        """,
        help="convert the array first, with `astype`",
    ),
)  # fmt: skip
