"""The graph: its classes (`core`), how it is built, checked, inferred, printed and parsed."""

from scriptc.ir.builder import Builder, call_of
from scriptc.ir.checks import VerifyError
from scriptc.ir.core import (
    MISSING,
    PURE,
    Arg,
    Block,
    Call,
    ClassDef,
    Constant,
    Effect,
    Entry,
    FieldDef,
    Graph,
    Missing,
    Node,
    OpDef,
    OpTypeError,
    Param,
    Program,
    SourceText,
    State,
    TypeRule,
    Value,
    is_array,
)
from scriptc.ir.data import EnumRef, enum_ref
from scriptc.ir.enums import resolve_enums
from scriptc.ir.equal import equal, equal_graphs
from scriptc.ir.infer import NeedsWiden, infer, result_count
from scriptc.ir.literal import TextError
from scriptc.ir.parser import parse_program
from scriptc.ir.printer import print_graph, print_program
from scriptc.ir.structural import STRUCTURAL, class_fields, element_type, exception_class
from scriptc.ir.verifier import verify
from scriptc.source.span import Span

__all__ = [ "resolve_enums",
    "EnumRef", "enum_ref", "equal", "equal_graphs", "TextError", "parse_program", "print_graph", "print_program", "verify", "VerifyError",
    "MISSING",
    "PURE",
    "STRUCTURAL",
    "Arg",
    "Block",
    "Builder",
    "Call",
    "ClassDef",
    "Constant",
    "Effect",
    "Entry",
    "FieldDef",
    "Graph",
    "Missing",
    "NeedsWiden",
    "Node",
    "OpDef",
    "OpTypeError",
    "Param",
    "Program",
    "SourceText",
    "Span",
    "State",
    "TypeRule",
    "Value",
    "call_of",
    "class_fields",
    "element_type",
    "exception_class",
    "infer",
    "is_array",
    "result_count",
]  # fmt: skip
