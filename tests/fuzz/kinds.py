"""Kinds of values in random programs: how they relate, what an author would declare, plain values of them."""

from __future__ import annotations

LISTS = {"ints": "int", "floats": "float", "strs": "str", "bools": "bool", "grid": "ints", "pairs": "tis", "opts": "oint"}
"""Kinds of lists, with the kind of their elements."""
SETS = {"iset": "int", "sset": "str"}
DICTS = {"dsi": ("str", "int"), "dis": ("int", "str"), "dsl": ("str", "ints"), "dtf": ("tii", "float")}
TUPLES = {"tif": ("int", "float"), "tis": ("int", "str"), "tii": ("int", "int"), "tsl": ("str", "ints")}
OPTIONALS = {"oint": "int", "ostr": "str", "oints": "ints"}
ARRAYS = {"F1": "float64", "F2": "float64", "f1": "float32", "I1": "int64", "I2": "int64", "J1": "int32", "U1": "uint8", "B1": "bool", "B2": "bool"}
"""Kinds of arrays, with their dtype; the digit is the rank."""
NUMPY_SCALARS = {"F0": "float64", "I0": "int64"}
SCALARS = ("int", "float", "str", "bool")
RECORDS = ("Acc", "Pt", "Cut", "Base", "Bag", "Color")

ANNOTATIONS = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "complex": "complex",
    "ints": "list[int]", "floats": "list[float]", "strs": "list[str]", "bools": "list[bool]", "grid": "list[list[int]]",
    "pairs": "list[tuple[int, str]]", "opts": "list[int | None]", "iset": "set[int]", "sset": "set[str]", "dsi": "dict[str, int]",
    "dis": "dict[int, str]", "dsl": "dict[str, list[int]]", "dtf": "dict[tuple[int, int], float]", "tif": "tuple[int, float]",
    "tis": "tuple[int, str]", "tii": "tuple[int, int]", "tsl": "tuple[str, list[int]]", "oint": "int | None", "ostr": "str | None",
    "oints": "list[int] | None", **dict.fromkeys(ARRAYS, "np.ndarray"), **{r: r for r in RECORDS},
}  # fmt: skip
"""What an author would write for a parameter; NumPy's scalars have none."""

LITERALS = {
    "int": ["0", "1", "-1", "2", "3", "7", "10", "-5", "4", "100", "2**31", "2**63", "-(2**64)"],
    "float": ["0.0", "-0.0", "0.5", "1.5", "-2.25", "3.0", "1e10", "float('inf')", "float('nan')"],
    "str": ["''", "'a'", "'b'", "'añ'", "'xyz'", "'𝄞'", "'a b'"],
    "bool": ["True", "False"],
    "complex": ["1j", "(2+0.5j)", "complex(0, -1)"],
    "ints": ["[]", "[1]", "[3, 1, 2]", "[0, -1]", "[5, 5, -2, 8]"],
    "floats": ["[]", "[0.5]", "[1.5, -0.0]", "[2.0, -1.0, 0.25]"],
    "strs": ["[]", "['a']", "['b', 'a', 'añ']", "['xyz', '']"],
    "bools": ["[True]", "[False, True]", "[]"],
    "grid": ["[]", "[[1], [2, 3]]", "[[0, 1], [4, -1]]", "[[], [7]]"],
    "pairs": ["[]", "[(1, 'a'), (0, 'b')]", "[(3, 'xyz')]"],
    "opts": ["[None, 1]", "[0, None, 4]", "[]"],
    "iset": ["{1}", "{1, 2, 3}", "set()"],
    "sset": ["{'a'}", "{'b', 'xyz'}", "set()"],
    "dsi": ["{}", "{'a': 1}", "{'b': 2, 'a': 0}"],
    "dis": ["{}", "{1: 'a'}", "{2: 'b', 0: 'xyz'}"],
    "dsl": ["{}", "{'a': [1]}", "{'b': [], 'a': [2, 0]}"],
    "dtf": ["{}", "{(0, 1): 0.5}", "{(1, 1): -2.0, (0, 0): 1.5}"],
    "tif": ["(1, 0.5)", "(-2, 1.0)"],
    "tis": ["(0, 'a')", "(4, '')"],
    "tii": ["(0, 1)", "(1, 1)", "(-3, 2)"],
    "tsl": ["('a', [1, 2])", "('', [])"],
    "oint": ["None", "5", "0"],
    "ostr": ["None", "'a'", "''"],
    "oints": ["None", "[1, 2]", "[]"],
    "F1": ["np.zeros(3)", "np.ones(3)", "np.arange(3.0)", "np.array([1.5, -0.5, 2.0])", "np.array([0.5, float('nan'), -0.0])"],
    "F2": ["np.ones((2, 3))", "np.arange(6.0).reshape(2, 3)", "np.eye(2, 3)", "np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -0.5]])"],
    "f1": ["np.zeros(3, dtype=np.float32)", "np.array([0.1, -2.0, 3.5], dtype=np.float32)"],
    "I1": ["np.arange(3)", "np.array([2, -1, 5])", "np.zeros(3, dtype=np.int64)"],
    "I2": ["np.arange(6).reshape(2, 3)", "np.array([[1, 0, -2], [4, 4, 1]])"],
    "J1": ["np.array([1, -2, 3], dtype=np.int32)", "np.arange(3, dtype=np.int32)"],
    "U1": ["np.array([250, 3, 128], dtype=np.uint8)", "np.ones(3, dtype=np.uint8)"],
    "B1": ["np.array([True, False, True])", "np.ones(3, dtype=bool)", "np.zeros(3, dtype=bool)"],
    "B2": ["np.eye(2, 3, dtype=bool)", "np.array([[True, False, True], [False, False, True]])"],
    "F0": ["np.float64(0.5)", "np.float64(-1.0)"],
    "I0": ["np.int64(3)", "np.int64(-2)"],
    "Acc": ["Acc(1)", "Acc(0)"],
    "Pt": ["Pt(1)", "Pt(2, 1.5)"],
    "Cut": ["Cut(1)", "Cut(0, 4)"],
    "Base": ["Base(1)", "Sub(2)", "Base(-3)"],
    "Bag": ["Bag([1, 2])", "Bag([])"],
    "Color": ["Color.RED", "Color.BLUE"],
}  # fmt: skip
