"""From a live Python object to a `Program`."""

from scriptc.frontend.entry import compile_object

__all__ = ["compile_object"]
