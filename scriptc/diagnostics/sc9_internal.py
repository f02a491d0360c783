"""SC9xx: faults of scriptc's own."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

RECORDS = (
    code(
        900, "internal-error", "scriptc itself failed here",
        """
        This is a fault in scriptc, not in your code. Please report it with the lines shown.
        """,
        help="report it with the lines shown; rewriting the marked expression may avoid it",
    ),
)  # fmt: skip
