"""What differs between two declared applications, declaration by declaration: for people who are about to apply one.

Places, and what the checker works out of the texts, do not count: the same words in another line are the same declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal, cast

from metadata.lineage import match
from metadata.problems import Language, Place
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression

How = Literal["new", "changed", "renamed", "removed"]

_KINDS: Mapping[str, tuple[str, str]] = {
    "entities": ("entity", "实体"), "flows": ("flow", "流程"), "approvals": ("approval", "审批"), "converts": ("convert", "转换"),
    "roles": ("role", "角色"), "forms": ("form", "表单"), "lists": ("list", "列表"), "menus": ("menu", "菜单"), "homes": ("home", "首页"),
    "reports": ("report", "报表"), "prints": ("print", "打印"), "scenarios": ("scenario", "场景"), "data": ("data", "数据"),
    "translations": ("translation", "翻译"),
}
"""Attribute of `AppSpec` -> what such declarations are called in en and zh."""
_HEAD = ("label", "zone", "currency", "languages", "layers", "settings")
_DERIVED = frozenset({"place", "places", "layer", "folder", "backs", "parents", "all_includes", "guarded"})
"""What is no words of the declaration itself: where it stands, and what follows from others."""
_WORDS: Mapping[str, str] = {
    "grants": "allow", "denies": "deny", "denied_fields": "deny", "condition": "if", "duplicates_then": "duplicates",
    "template_file": "template", "conditions": "if",
}
"""Attribute of a spec -> the word in the files, where they differ."""
_HOW: Mapping[How, tuple[str, str]] = {
    "new": ("new", "新增"), "changed": ("changed", "有改动"), "renamed": ("renamed", "改名"), "removed": ("removed", "删除"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One property of a changed declaration; of one that holds named things (fields, states) those that are new, changed,
    renamed (`old → new`) or removed."""

    word: str
    names: tuple[tuple[How, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A declaration that is new, changed, renamed or removed. `kind` is its kind in en and zh; `parts` say where it changed,
    `former` is the name of one that is renamed."""

    kind: tuple[str, str]
    name: str
    how: How
    parts: tuple[Part, ...] = ()
    former: str = ""

    def text(self, language: Language) -> str:
        """One sentence without a full stop: `flow contract: changed (states: new on_hold)`."""
        zh = language == "zh"
        how = (f"由 {self.former} 改名" if zh else f"renamed from {self.former}") if self.former else _HOW[self.how][zh]
        head = f"{self.kind[zh]} {self.name}{'：' if zh else ': '}{how}"
        if not self.parts:
            return head
        told = ("；" if zh else "; ").join(_part(part, zh) for part in self.parts)
        return f"{head}（{told}）" if zh else f"{head} ({told})"


def _part(part: Part, zh: bool) -> str:
    if not part.names:
        return part.word
    comma, colon = ("、", "：") if zh else (", ", ": ")
    return f"{part.word}{colon}" + comma.join(f"{_HOW[how][zh]} {comma.join(names)}" for how, names in part.names)


def differences(before: AppSpec, after: AppSpec) -> tuple[Change, ...]:
    """Every declaration that is new, changed, renamed or removed in `after`, the application's own head first."""
    head = tuple(_parts(before, after, _HEAD))
    found = [Change(("app", "应用"), after.name, "changed", head)] if head else []
    for attribute, kind in _KINDS.items():
        old, new = cast("tuple[Mapping[str, object], Mapping[str, object]]", (getattr(before, attribute), getattr(after, attribute)))
        kept = _kept(old, new)
        found += [Change(kind, name, "removed") for name in old if name not in kept.values()]
        for name, spec in new.items():
            former = kept.get(name)
            if former is None:
                found.append(Change(kind, name, "new"))
            elif former != name:
                found.append(Change(kind, name, "renamed", tuple(_parts(old[former], spec, _words(spec, renamed=True))), former))
            elif not _same(old[name], spec):
                found.append(Change(kind, name, "changed", tuple(_parts(old[name], spec, _words(spec)))))
    return tuple(found)


def _kept(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, str]:
    """Present name -> the one before, of what stays."""
    known = {name: (name, *_was(spec)) for name, spec in before.items()}
    return match({name: _was(spec) for name, spec in after.items()}, known)


def _was(spec: object) -> tuple[str, ...]:
    return getattr(spec, "was", ())


def _words(spec: object, renamed: bool = False) -> tuple[str, ...]:
    """The properties that are compared; of what is `renamed`, its names are not."""
    names = (field.name for field in fields(spec)) if is_dataclass(spec) else ()
    return tuple(name for name in names if name not in _DERIVED and not (renamed and name in ("name", "was")))


def _parts(before: object, after: object, names: tuple[str, ...]) -> Iterator[Part]:
    """The properties that differ, each word once."""
    told: set[str] = set()
    for name in names:
        old, new, word = getattr(before, name), getattr(after, name), _WORDS.get(name, name)
        if word not in told and not _same(old, new):
            told.add(word)
            yield Part(word, _named(old, new))


def _named(old: object, new: object) -> tuple[tuple[How, tuple[str, ...]], ...]:
    """Which named things of two mappings are new, changed, removed; nothing where they are no such mappings."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return ()
    if not all(isinstance(name, str) for name in (*cast("Mapping[object, object]", old), *cast("Mapping[object, object]", new))):
        return ()
    before, after = cast("tuple[Mapping[str, object], Mapping[str, object]]", (old, new))
    kept = _kept(before, after)
    found: dict[How, tuple[str, ...]] = {
        "new": tuple(name for name in after if name not in kept),
        "changed": tuple(name for name, former in kept.items() if _differs(before[former], after[name], name != former)),
        "renamed": tuple(f"{former} → {name}" for name, former in kept.items() if name != former),
        "removed": tuple(name for name in before if name not in kept.values()),
    }
    return tuple((how, names) for how, names in found.items() if names)


def _differs(before: object, after: object, renamed: bool) -> bool:
    """Whether anything but the name of what is `renamed` changed."""
    return any(_parts(before, after, _words(after, renamed))) if renamed else not _same(before, after)


def _same(a: object, b: object) -> bool:
    """Whether two parts of a declaration say the same, in the same order."""
    if a is b or isinstance(a, Place):
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, Expression):
        return a.text == cast(Expression, b).text
    if is_dataclass(a):
        return all(_same(getattr(a, name), getattr(b, name)) for name in _words(a))
    if isinstance(a, Mapping):
        old, new = cast("tuple[Mapping[object, object], Mapping[object, object]]", (a, b))
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(a, tuple | list):
        one, other = cast("tuple[tuple[object, ...], tuple[object, ...]]", (a, b))
        return len(one) == len(other) and all(map(_same, one, other))
    return a == b
