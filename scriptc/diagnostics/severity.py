"""How grave a finding is: an error does not compile; a warning does, and may surprise."""

from __future__ import annotations

ERROR, WARNING = "error", "warning"
