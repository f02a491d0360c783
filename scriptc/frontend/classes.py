"""User classes: their attributes and methods, the types of their objects' fields, and their declarations in the program."""

from __future__ import annotations

import builtins
import collections
import dataclasses
import enum
import inspect
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from scriptc.frontend import advice, choice, dtypes, instances, modules, named_results, sides
from scriptc.frontend.class_facts import dataclass_fields, enum_bases, enum_members, field_flags, is_namedtuple, kind_of
from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import wrap
from scriptc.frontend.total_order import compilable
from scriptc.frontend.unknown import Unknown
from scriptc.frontend.values import (
    FV,
    POISON,
    BoundVal,
    Captured,
    Choice,
    Const,
    Dyn,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    PartVal,
    Poison,
    StaticDict,
    StaticIter,
    StaticList,
    SuperVal,
    TupleVal,
    TypeOf,
)  # fmt: skip
from scriptc.ir import ClassDef, Constant, FieldDef
from scriptc.types import (
    ERROR,
    EXC_TYPE,
    NEVER,
    NONE,
    STR,
    EnumType,
    Record,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    join,
    members,
    strip_sites,
    union,
)

if TYPE_CHECKING:
    from scriptc.frontend.compiler import Compiler

MISSING = object()


class ClassTable:
    """The classes a compilation has met, and what is known of their objects' fields."""

    def __init__(self, compiler: Compiler) -> None:
        self.c = compiler
        self.real: dict[str, type] = {}
        self.fields: dict[tuple[str, str], Type] = {}
        self.compared_hashes: set[int] = set()
        self.attached_types: dict[tuple[str, str], Type] = {}  # what an attached method is given besides `self`, over all passes

    def begin(self) -> None:
        """Forget what one pass found: classes are declared anew in the next."""
        self.declared: dict[str, ClassDef] = {}
        self.attached: dict[tuple[str, str], Type | None] = {}
        self.attaching: set[tuple[str, str]] = set()

    # -- declarations -----------------------------------------------------------------------------------------------
    def name(self, cls: type) -> str:
        """The name of a class in the program, declared on first use. Raises `TypeError` for what cannot be one."""
        if cls.__module__ == "builtins":
            return cls.__name__
        name = f"{cls.__module__}.{cls.__qualname__}".replace("<locals>", "locals")
        known = self.real.setdefault(name, cls)
        n = 2
        while known is not cls:
            known = self.real.setdefault(f"{name}_{n}", cls)
            if known is cls:
                name = f"{name}_{n}"
            n += 1
        if name not in self.declared:
            self._declare(name, cls)
        return name

    def _declare(self, name: str, cls: type) -> None:
        kind = kind_of(cls)
        members_ = enum_members(self.c, cls) if kind == "enum" else None  # where that raises, nothing is declared
        definition = ClassDef(name, kind)
        self.declared[name] = self.c.program.classes[name] = definition
        if members_ is not None:
            definition.bases, definition.members = enum_bases(cls), members_
            return
        definition.bases = tuple(self.name(b) for b in cls.__bases__ if b is not object and not self._framework(b))
        if kind == "dataclass":
            params = cls.__dataclass_params__  # type: ignore[attr-defined]
            definition.options = tuple(o for o in ("eq", "order", "frozen", "repr", "unsafe_hash") if getattr(params, o))

    def _framework(self, cls: type) -> bool:
        return cls is tuple or cls.__module__ in ("typing", "abc")

    def finish(self) -> None:
        """Write the fields' final types into the program's classes."""
        for name, definition in self.declared.items():
            cls = self.real[name]
            if definition.kind == "enum":
                continue
            own = {attr: t for (owner, attr), t in self.fields.items() if owner == name}
            order = self._field_order(cls, own)
            definition.fields = [self._field(cls, a, strip_sites(own.get(a, NEVER))) for a in order]

    def _field(self, cls: type, attr: str, t: Type) -> FieldDef:
        return FieldDef(attr, self._with_default(cls, attr, t), self._default(cls, attr), field_flags(cls, attr))

    def _with_default(self, cls: type, attr: str, t: Type) -> Type:
        """The type a field is declared with: `t`, what is stored in it, and its default, which no code of the program may use."""
        default = self._default(cls, attr)
        return t if default is None else join(t, default.type)

    def _field_order(self, cls: type, own: dict[str, Type]) -> list[str]:
        if is_namedtuple(cls):
            return list(cls._fields)  # type: ignore[attr-defined]
        first = [f.name for f in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else []
        return [*first, *sorted(a for a in own if a not in first)]

    def _default(self, cls: type, attr: str) -> Constant | None:
        value = inspect.getattr_static(cls, attr, MISSING)
        if is_namedtuple(cls):
            value = cls._field_defaults.get(attr, MISSING)  # type: ignore[attr-defined]
        found = dataclass_fields(cls).get(attr)
        if found is not None:
            value = found.default if found.default is not dataclasses.MISSING else MISSING
            if found.default_factory in (list, dict, set):
                value = found.default_factory()
        if value is MISSING or isinstance(value, types.MemberDescriptorType | property | types.FunctionType):
            return None
        try:
            return Constant(strip_sites(self.c.data_type(value, attr)), value)
        except TypeError:
            return None

    def sync(self, name: str) -> None:
        """Let the op rules see the fields found so far."""
        definition = self.declared.get(name)
        if definition is not None and definition.kind != "enum":
            own = {attr: t for (owner, attr), t in self.fields.items() if owner == name}
            cls = self.real[name]
            definition.fields = [FieldDef(a, self._with_default(cls, a, own.get(a, NEVER))) for a in self._field_order(cls, own)]

    def record(self, cls: type) -> Record:
        """The type of an object of exactly this class."""
        return Record(self.name(cls))

    def enum_type(self, cls: type) -> EnumType:
        """The type of an enum's members."""
        return EnumType(self.name(cls))

    def widen_field(self, record: Record, attr: str, t: Type) -> Type:
        """A value of type `t` is stored in a field: the type the field has now."""
        old = self.fields.get((record.name, attr), NEVER)
        new = old if self.c.has_error(t) else self.c.merge_type(old, t)
        if new != old:
            self.fields[(record.name, attr)] = new
            self.c.dirty = True
        return new

    def cls(self, t: Record | EnumType) -> type:
        """The Python class behind a record or enum type."""
        if t.name in self.real:
            return self.real[t.name]
        return getattr(builtins, t.name)  # type: ignore[no-any-return]

    # -- questions --------------------------------------------------------------------------------------------------
    def class_of(self, f: Frame, fv: FV) -> type | None:
        """The exact class of an object, where there is one."""
        if isinstance(fv, ObjRef):
            return type(fv.obj)
        t = f.type_of(fv)
        return self.cls(t) if isinstance(t, Record | EnumType) else None

    def same_class(self, f: Frame, a: FV, b: FV) -> bool:
        """Are both known to be of exactly one class?"""
        ca = self.class_of(f, a)
        return ca is not None and ca is self.class_of(f, b)

    def user_method(self, cls: type, name: str) -> Any:
        """The class's own special method if a user wrote it; None for what object, dataclass, tuple and the like provide."""
        for base in cls.__mro__:
            if name in vars(base):
                raw = vars(base)[name]
                if not isinstance(raw, types.FunctionType | property | staticmethod | classmethod):
                    return None
                fn = compilable(raw) if isinstance(raw, types.FunctionType) else None
                raw = raw if fn is None else fn
                if _is_generated(fn) or base.__module__ in ("enum", "builtins", "typing", "collections", "abc"):
                    return None
                return raw if fn is None or fn.__module__ != "dataclasses" else None
        return None

    def find_method(self, f: Frame, fv: FV, name: str) -> Any:
        """The user's special method `name` of a value; of a union, only where every class in it has one."""
        cls = self.class_of(f, fv)
        if cls is None:
            t = f.type_of(fv)
            found = [self.user_method(self.cls(m), name) for m in members(t) if isinstance(m, Record)] if t is not None else []
            return found[0] if found and all(x is not None for x in found) else None
        if isinstance(fv, ObjRef) and issubclass(cls, list | dict):
            return None
        return self.user_method(cls, name)

    def user_defines(self, record: Record, name: str) -> bool:
        """Did a user write the special method `name` of this class?"""
        return self.user_method(self.cls(record), name) is not None

    def may_be_false(self, record: Record) -> bool:
        """May an object of this class be false in a test?"""
        cls = self.cls(record)
        return is_namedtuple(cls) or any(self.user_method(cls, n) is not None for n in ("__bool__", "__len__"))

    def only_compared(self, f: Frame, node: Any) -> bool:
        """Is this `hash()` one whose number nobody sees: compared with another, or what a `__hash__` called by Python gives?"""
        return id(node) in self.compared_hashes or (type(f.key) is tuple and f.key[-2:] == ("attached", "__hash__"))

    def default_repr(self, f: Frame, fv: FV) -> bool:
        """Is the text of this object the one `object` gives, with its address?"""
        cls = self.class_of(f, fv)
        return cls is not None and all(getattr(cls, name) is getattr(object, name) for name in ("__repr__", "__str__"))

    def namedtuple_fields(self, t: Record) -> list[tuple[str, Type]] | None:
        """Names and types of a namedtuple's fields, None for another class."""
        cls = self.cls(t)
        if not is_namedtuple(cls):
            return None
        return [(n, self._with_default(cls, n, self.fields.get((t.name, n), NEVER))) for n in cls._fields]  # type: ignore[attr-defined]

    def as_tuple(self, f: Frame, fv: FV) -> list[tuple[str, Type]] | None:
        """As `namedtuple_fields`, of a value."""
        t = f.type_of(fv)
        return self.namedtuple_fields(t) if isinstance(t, Record) else None

    # -- attributes -------------------------------------------------------------------------------------------------
    def attribute(self, f: Frame, base: FV, name: str, node: Any) -> FV:
        """`base.name`."""
        if isinstance(base, Poison):
            return base
        if isinstance(base, ObjRef):
            return modules.object_attribute(f, base, name, node)
        if isinstance(base, SuperVal):
            return self._super(f, base, name, node)
        if isinstance(base, Const):
            return self._static(f, base, name, node)
        if isinstance(base, Dyn):
            return self._dynamic(f, base, name, node)
        if isinstance(base, TypeOf) and name in ("__name__", "__qualname__"):
            return f.emit("type.name", [base.value], node, {"name": name})
        if isinstance(base, Choice):
            return choice.read(f, base, lambda o: self.attribute(f, o, name, node), node)
        if isinstance(base, PartVal):
            return dtypes.part_attribute(f, base, name, node)
        if isinstance(base, LocalFunc | PartialVal | BoundVal | MethodVal):
            if name == "__name__" and isinstance(base, LocalFunc):
                return Const(base.qualname.rpartition(".")[2])
            return f.report("SC204", node, f"`{name}` of {f.c.describe(base)} cannot be read")
        if isinstance(base, Captured):
            return self._dynamic(f, f.dyn(base, node), name, node) if _has_attributes(base.value) else MethodVal(base, name)
        if isinstance(base, TupleVal | StaticList | StaticDict | StaticIter):
            return MethodVal(base, name)
        return self._dynamic(f, f.dyn(base, node), name, node)

    def _super(self, f: Frame, base: SuperVal, name: str, node: Any) -> FV:
        mro = base.start.__mro__
        for cls in mro[mro.index(base.cls) + 1 :]:
            if name in vars(cls):
                return self.bind(f, vars(cls)[name], base.self_, base.start, name, node, MethodVal(base, name))
        return f.report("SC204", node, f"`super()` has no attribute `{name}`")

    def bind(self, f: Frame, raw: Any, self_: FV, cls: type, name: str, node: Any, builtin: FV) -> FV:
        """What reading class attribute `raw` through an instance gives."""
        from scriptc.frontend import calls

        if isinstance(raw, types.FunctionType) and is_namedtuple(cls) and name in ("_replace", "_asdict"):
            return builtin
        if isinstance(raw, types.FunctionType):
            return BoundVal(Const(compilable(raw)), self_)
        if isinstance(raw, staticmethod):
            return wrap(raw.__func__, name, None)
        if isinstance(raw, classmethod):
            return BoundVal(wrap(raw.__func__, name, None), Const(cls))
        if isinstance(raw, property):
            if raw.fget is None:
                return f.report("SC204", node, f"property `{name}` cannot be read")
            self.c.note_store(name)
            return calls.call(f, Const(raw.fget), [self_], {}, node)
        if isinstance(raw, types.WrapperDescriptorType | types.MethodDescriptorType | types.BuiltinFunctionType | types.ClassMethodDescriptorType):
            return builtin
        compiled = getattr(raw, "__wrapped__", None)
        if compiled is not None and type(raw).__module__.startswith("scriptc."):
            return BoundVal(Const(compiled), self_)
        if hasattr(type(raw), "__get__"):
            raise f.refuse("SC204", node, f"the descriptor `{name}` ({type(raw).__name__}) cannot be compiled")
        return wrap(raw, f"{cls.__name__}.{name}", None)

    def _static(self, f: Frame, base: Const, name: str, node: Any) -> FV:
        value = base.value
        if isinstance(value, enum.Enum):
            return self._enum_member(f, base, name, node)
        if isinstance(value, type):
            return self._class_attribute(f, value, name, node)
        if type(value) in (bool, int, float, complex, str, bytes):
            op = f.c.library.op_for_attribute(f.type_of(base), name)
            return f.emit(op, [base], node) if op is not None else MethodVal(base, name)
        if not hasattr(value, name):
            help = advice.for_module(value, name)
            return f.report("SC204", node, f"{f.c.describe(base)} has no attribute `{name}`", help=help)
        if isinstance(value, types.FunctionType) and name not in ("__name__", "__qualname__"):
            return f.report("SC204", node, f"`{name}` of {f.c.describe(base)} cannot be read")
        return wrap(getattr(value, name), name, None)

    def _class_attribute(self, f: Frame, cls: type, name: str, node: Any) -> FV:
        if issubclass(cls, enum.Enum) and name in cls.__members__:
            return Const(cls[name])
        if name in ("__name__", "__qualname__"):
            return Const(getattr(cls, name))
        raw = inspect.getattr_static(cls, name, MISSING)
        if raw is MISSING:
            what = f"the class `{cls.__name__}` has no attribute `{name}`"
            return f.report("SC204", node, what, more=lambda: sides.missing_attribute(f, cls, name, dir(cls)))
        if isinstance(raw, classmethod):
            return BoundVal(wrap(raw.__func__, name, None), Const(cls))
        if isinstance(raw, staticmethod):
            return wrap(raw.__func__, name, None)
        if is_namedtuple(cls) and name == "_fields":
            return TupleVal(tuple(Const(x) for x in cls._fields))  # type: ignore[attr-defined]
        if (cls.__module__, cls.__qualname__, name) in f.c.assigned_class_attrs:
            return f.report("SC502", node, f"`{cls.__name__}.{name}` is changed by this program", more=lambda: sides.class_of(f, cls))
        return wrap(getattr(cls, name), f"{cls.__name__}.{name}", None)

    def _enum_member(self, f: Frame, base: Const, name: str, node: Any) -> FV:
        cls = type(base.value)
        if name in ("name", "value", "_name_", "_value_"):
            return wrap(getattr(base.value, name), name, None)
        raw = inspect.getattr_static(cls, name, MISSING)
        if raw is MISSING and name in vars(base.value):
            return wrap(vars(base.value)[name], name, None)
        if raw is MISSING:
            return f.report("SC204", node, f"`{base.value}` has no attribute `{name}`")
        return self.bind(f, raw, base, cls, name, node, MethodVal(base, name))

    def _dynamic(self, f: Frame, base: Dyn, name: str, node: Any) -> FV:
        t = base.type
        if t == ERROR:
            return POISON
        if t == NEVER:
            return Dyn(f.dead(), NEVER)
        if len(members(t)) > 1 and any(isinstance(m, Record) for m in members(t)):
            return self._union_attribute(f, base, name, node)
        if isinstance(t, Record):
            return self._record_attribute(f, base, t, name, node)
        if isinstance(t, EnumType):
            return self._enum_attribute(f, base, t, name, node)
        if t == EXC_TYPE and name in ("__name__", "__qualname__"):
            return f.emit("exception_type.name", [base], node, {"name": name})
        if t == NONE:
            what = f"`None` has no attribute `{name}`"
            return f.report("SC205", node, what, help="check `is not None` first", more=lambda: sides.receiver(f, node))
        if name == "dtype" and isinstance(t, Tensor) and t.dtype is not None:
            return Const(np.dtype(t.dtype))
        op = f.c.library.op_for_attribute(t, name)
        if op is not None:
            return f.emit(op, [base], node)
        if isinstance(t, Tuple) and (found := named_results.field(f, base, name, node)) is not None:
            return found
        if name == "flags" and isinstance(t, Tensor):
            return PartVal("ndarray.flags", base)
        why = instances.unreadable(f, t, name)
        if why is None:
            return MethodVal(base, name)
        if NONE in members(t):
            return self._maybe_none(f, name, node)
        return f.report("SC204", node, why, more=lambda: sides.receiver(f, node, advice.for_attribute(t, name, instances.readable(f, t))))

    def _union_attribute(self, f: Frame, base: Dyn, name: str, node: Any) -> FV:
        from scriptc.frontend import overload

        if NONE in members(base.type):
            return self._maybe_none(f, name, node)
        parts = members(base.type)
        if all(isinstance(m, Record) and self._is_method(self.cls(m), name) for m in parts):
            return MethodVal(base, name)
        if all(isinstance(m, Record) and self._plain_field(m, name) for m in parts):
            t: Type = union(self.fields.get((m.name, name), NEVER) for m in parts if isinstance(m, Record))
            held = union(self._with_default(self.cls(m), name, t) for m in parts if isinstance(m, Record))
            n = f.node("attr.get", [f.value(base, node)], {"name": name}, (held,), node)
            return Dyn(n.results[0], t)
        return overload.split(f, base, lambda v: self.attribute(f, v, name, node), node)

    def _maybe_none(self, f: Frame, name: str, node: Any) -> FV:
        what = f"this may be None here, and `None` has no attribute `{name}`"
        return f.report("SC205", node, what, help="check `is not None` first", more=lambda: sides.receiver(f, node))

    def _is_method(self, cls: type, name: str) -> bool:
        return isinstance(inspect.getattr_static(cls, name, None), types.FunctionType | classmethod | staticmethod)

    def _plain_field(self, record: Record, name: str) -> bool:
        return (record.name, name) in self.fields and not isinstance(inspect.getattr_static(self.cls(record), name, None), property)

    def _record_attribute(self, f: Frame, base: Dyn, t: Record, name: str, node: Any) -> FV:
        cls = self.cls(t)
        if name == "__class__":
            return Const(cls)
        raw = inspect.getattr_static(cls, name, MISSING)
        if issubclass(cls, BaseException) and isinstance(raw, types.GetSetDescriptorType):
            return self._exception_attribute(f, base, cls, name, node)
        known = self.fields.get((t.name, name))
        if raw is not MISSING and not self.is_slot(raw) and (known is None or isinstance(raw, property | types.FunctionType)):
            if known is None or isinstance(raw, property):
                return self.bind(f, raw, base, cls, name, node, MethodVal(base, name))
        if known is None and (raw is MISSING or self.is_slot(raw)):
            if not self.may_gain(t, name):
                what = f"`{cls.__name__}` objects have no attribute `{name}`"
                names = [*dir(cls), *(attr for owner, attr in self.fields if owner == t.name)]
                return f.report("SC204", node, what, more=lambda: sides.missing_attribute(f, cls, name, names))
            known = self.fields.setdefault((t.name, name), NEVER)  # not set so far; if it never is, reading it raises
        field = known if known is not None else NEVER
        if raw is not MISSING and not self.is_slot(raw) and name not in dataclass_fields(cls):
            field = join(field, self.class_value_type(f, raw, name, node))
        n = f.node("attr.get", [f.value(base, node)], {"name": name}, (self._with_default(cls, name, field),), node)
        n.results[0].hint = name
        return Dyn(n.results[0], field)

    def _exception_attribute(self, f: Frame, base: Dyn, cls: type, name: str, node: Any) -> FV:
        """`e.args`: what compiled code gives such exceptions, and the text Python's own carry."""
        own_ways = issubclass(cls, KeyError | OSError | UnicodeError | StopIteration | SystemExit)
        if name != "args" or own_ways or cls in (Exception, BaseException, LookupError):
            return f.report("SC201", node, f"the type of `{name}` of a `{cls.__name__}` cannot be told", help="use str() of the exception")
        found: Type = NEVER
        for (owner, attr), held in self.fields.items():
            if attr == "args" and issubclass(self.cls(Record(owner)), cls):
                found = join(found, held)
        if not self.user_class(cls):
            found = join(found, TupleOf(STR))
        elem: Type = NEVER
        for m in members(found):
            elem = join(elem, m.elem if isinstance(m, TupleOf) else NEVER)
        out = TupleOf(elem)
        n = f.node("exception.args", [f.value(base, node)], {"type": strip_sites(out)}, (out,), node)
        return Dyn(n.results[0], out)

    def user_class(self, cls: type) -> bool:
        """Is the class other than Python's own?"""
        return cls.__module__ != "builtins"

    def class_value_type(self, f: Frame, raw: Any, name: str, node: Any) -> Type:
        """The type of a class attribute that objects may hide by their own."""
        try:
            return self.c.rooted(self.c.data_type(raw, name), ("rigid", name))
        except TypeError as e:
            raise f.refuse("SC201", node, f"the type of the class attribute `{name}` cannot be told: {e}") from None

    def is_slot(self, raw: Any) -> bool:
        return isinstance(raw, types.MemberDescriptorType) or type(raw).__name__ in ("_tuplegetter",) or isinstance(raw, dataclasses.Field)

    def may_gain(self, t: Record, name: str) -> bool:
        """May some method of the class set the attribute, one that this pass has not come to?"""
        cls = self.cls(t)
        if name in getattr(cls, "__annotations__", {}) or (is_namedtuple(cls) and name in cls._fields):  # type: ignore[attr-defined]
            return True
        return any(
            name in fn.__code__.co_names for base in cls.__mro__ for fn in vars(base).values() if isinstance(fn, types.FunctionType)
        ) or (t.name, name) in self.c.promised  # fmt: skip

    def _enum_attribute(self, f: Frame, base: Dyn, t: EnumType, name: str, node: Any) -> FV:
        cls = self.cls(t)
        if name in ("name", "_name_"):
            n = f.node("enum.name", [f.value(base, node)], None, (STR,), node)
            return Dyn(n.results[0], STR)
        if name in ("value", "_value_"):
            value: Type = NEVER
            for m in cls:  # type: ignore[attr-defined]
                value = join(value, self.c.data_type(m.value, name))
            n = f.node("enum.value", [f.value(base, node)], None, (value,), node)
            return Dyn(n.results[0], value)
        raw = inspect.getattr_static(cls, name, MISSING)
        if raw is MISSING and all(name in vars(m) for m in cls):  # type: ignore[attr-defined]
            table = self.c.keep(("enum", cls, name), {m: vars(m)[name] for m in cls})  # type: ignore[attr-defined]
            return f.emit("getitem", [Captured(table, None, f"{cls.__name__}.{name}"), base], node)
        if raw is MISSING:
            return f.report("SC204", node, f"`{cls.__name__}` members have no attribute `{name}`")
        return self.bind(f, raw, base, cls, name, node, MethodVal(base, name))

    def enum_lookup(self, f: Frame, op: str, key: FV, cls: type, node: Any) -> FV:
        """`Color(value)` or `Color[name]` with a value known only at run time."""
        try:
            t = self.enum_type(cls)
        except TypeError as e:
            what = f"a member of `{cls.__name__}` cannot be a value at run time: {e}"
            return f.report("SC208", node, what, help="give its members numbers or texts for values", more=lambda: sides.class_of(f, cls))
        missing = inspect.getattr_static(cls, "_missing_", None)
        if op == "enum.by_value" and getattr(missing, "__module__", "enum") != "enum":
            return f.report("SC204", node, f"`{cls.__name__}` has its own `_missing_`, which cannot be compiled")
        n = f.node(op, [f.value(key, node)], {"cls": t.name}, (t,), node)
        return Dyn(n.results[0], t)

    # -- static containers ------------------------------------------------------------------------------------------
    def module_items(self, f: Frame, ref: ObjRef) -> list[FV] | None:
        """What `for` gives over a list or dict of modules; None where it is neither."""
        return modules.items(ref)

    def module_item(self, f: Frame, ref: ObjRef, key: Any, node: Any) -> FV | None:
        """`modules[key]` of a list or dict of modules."""
        return modules.item(f, ref, key, node)


def _is_generated(fn: types.FunctionType | None) -> bool:
    """Did `dataclass` and the like write this method?"""
    if fn is None:
        return False
    file = fn.__code__.co_filename
    return fn.__module__ == "enum" or file.endswith(("<string>", "dataclasses.py", "reprlib.py")) or file.startswith("<frozen")


def _has_attributes(value: Any) -> bool:
    """Has it attributes that are no methods?"""
    return isinstance(value, np.ndarray | np.generic | collections.deque | Unknown)
