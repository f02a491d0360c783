"""Why functions of NumPy that are not compiled are not: the reason and what to do instead, for the message."""

from __future__ import annotations

from typing import Any

Reason = tuple[str, str]

FILES: Reason = ("it reads or writes files", "load the data before, and pass it as an argument")
TEXT: Reason = ("arrays of text are not compiled", "keep text in lists of `str`")
DATES: Reason = ("dates are not compiled", "pass numbers, such as seconds")
OBJECTS: Reason = ("arrays of objects and records are not compiled", "use a list, a dict or one array for each field")
MASKED: Reason = ("masked arrays are not compiled", "keep the mask as an array of its own, for `np.where`")
MATRIX: Reason = ("it is a class of old that NumPy itself advises against", "use an array of rank 2 and `@`")
ITERATORS: Reason = ("NumPy's iterator objects are not compiled", "use `for`, `np.ndindex` or `np.ndenumerate`")
SETTINGS: Reason = ("it changes or reads settings of the whole process", "use `with np.errstate(...)`, or set it outside")
WIDE: Reason = ("this dtype is not the same on all machines", "use `np.float64` or `np.complex128`")
POLYNOMIALS: Reason = ("polynomial objects are not compiled", "use `np.polyval`, `np.polyfit` and the like on arrays of coefficients")
SYSTEM: Reason = ("it is about the installation, not about arrays", "call it outside")
MEMORY: Reason = ("it shares memory with another library", "pass the array as an argument")

GROUPS: dict[Reason, str] = {
    FILES: "load save savez savez_compressed loadtxt savetxt genfromtxt fromfile fromregex memmap",
    TEXT: "str_ bytes_",
    DATES: "datetime64 timedelta64 datetime_as_string datetime_data busday_count busday_offset busdaycalendar is_busday isnat",
    OBJECTS: "object_ void recarray record rec frompyfunc",
    MATRIX: "matrix asmatrix bmat",
    ITERATORS: "nditer nested_iters broadcast flatiter",
    SETTINGS: "set_printoptions get_printoptions printoptions seterr geterr seterrcall geterrcall setbufsize getbufsize",
    WIDE: "longdouble clongdouble",
    POLYNOMIALS: "poly1d",
    SYSTEM: "show_config show_runtime get_include info test",
    MEMORY: "from_dlpack",
}
MODULES: dict[str, Reason] = {
    "numpy.ma": MASKED, "numpy.char": TEXT, "numpy.strings": TEXT, "numpy._core.strings": TEXT, "numpy._core.defchararray": TEXT,
    "numpy.polynomial": POLYNOMIALS, "numpy.rec": OBJECTS, "numpy._core.records": OBJECTS,
}  # fmt: skip

_BY_NAME = {name: reason for reason, names in GROUPS.items() for name in names.split()}


def reason(obj: Any) -> Reason | None:
    """Why calling `obj` is not compiled, and what to do; None where nothing more is to be said."""
    module = str(getattr(obj, "__module__", None) or "")
    if module.partition(".")[0] != "numpy":
        return None
    for prefix, found in MODULES.items():
        if module == prefix or module.startswith(prefix + "."):
            return found
    return _BY_NAME.get(str(getattr(obj, "__name__", "")))
