"""shape: is a tree written as its kind wants it? Walks the same shapes that the JSON Schemas are made from, and says
what is wrong in our own words, at its place, with the nearest known word."""

from __future__ import annotations

import re
from collections.abc import Mapping

from metadata.codes import shape as codes
from metadata.codes import text as text_codes
from metadata.layer_words import is_layer_word
from metadata.near import LONGEST_NAME, NAME, fix, identifier, listed, shortened
from metadata.patterns import is_safe, why_not_run
from metadata.problems import Code, Place, Problem
from metadata.shapes.kinds import EXTENSIONS, KINDS
from metadata.shapes.model import PATCH_WORDS, Anything, Cases, Either, ListOf, MapOf, Prop, Record, Shape, Text
from metadata.yaml.nodes import Entry, ListNode, MapNode, Node, TextNode

_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_VERSION = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_PARKED = {"retired": PATCH_WORDS["retired"]}
_WORDS = {
    TextNode: ("一段文本", "a text"), ListNode: ("列表", "a list"), MapNode: ("“键: 值”", "a map of keys to values"),
}


def check(node: MapNode, kind: str, extends: bool = False) -> list[Problem]:
    """Everything about `node` that its kind does not allow; `extends` for a tree that changes one of a lower layer."""
    shape = EXTENSIONS[kind] if extends else KINDS[kind]
    walk = _Walk(extends)
    walk.record(node, shape, shape.name, whole=not extends)
    return walk.problems


class _Walk:
    """One pass over a tree. In a patch nothing is required, and named things take the words of layers."""

    def __init__(self, patch: bool) -> None:
        self.patch = patch
        self.problems: list[Problem] = []

    def note(self, code: Code, place: Place, /, **values: str) -> None:
        self.problems.append(Problem(code, place, values))

    def node(self, node: Node, shape: Shape, name: str) -> None:
        """Any node against any shape; `name` is what the texts call it."""
        match shape:
            case Anything():
                return
            case Text():
                self.text(node, shape, name)
            case ListOf():
                self.list(node, shape, name)
            case MapOf():
                self.map(node, shape, name)
            case Record() | Cases():
                if isinstance(node, MapNode):
                    self.record(node, shape, name)
                else:
                    self.wrong(codes.NOT_MAP, node, name)
            case Either():
                self.either(node, shape, name)

    def wrong(self, code: Code, node: Node, name: str) -> None:
        zh, en = _WORDS[type(node)]
        self.note(code, node.place, name=name, found_zh=zh, found_en=en)

    def either(self, node: Node, shape: Either, name: str) -> None:
        part = {TextNode: shape.text, ListNode: shape.list, MapNode: shape.map}[type(node)]
        if part is not None:
            self.node(node, part, name)
            return
        zh, en = _WORDS[type(node)]
        parts = ((TextNode, shape.text), (ListNode, shape.list), (MapNode, shape.map))
        allowed = [_WORDS[kind] for kind, each in parts if each]
        self.note(
            codes.NOT_TEXT_OR_MAP, node.place, name=name, found_zh=zh, found_en=en,
            shapes_zh="或".join(word[0] for word in allowed), shapes_en=" or ".join(word[1] for word in allowed),
        )

    def list(self, node: Node, shape: ListOf, name: str) -> None:
        if not isinstance(node, ListNode):
            self.wrong(codes.NOT_LIST, node, name)
            return
        if len(node.items) < shape.at_least:
            self.note(codes.EMPTY, node.place, name=name)
        for item in node.items:
            self.node(item, shape.item, name)

    def map(self, node: Node, shape: MapOf, name: str) -> None:
        if not isinstance(node, MapNode):
            self.wrong(codes.NOT_MAP, node, name)
            return
        if len(node.entries) < shape.at_least and not self.patch:
            self.note(codes.EMPTY, node.place, name=name)
        for entry in node:
            self.key(entry, shape)
            self.node(entry.value, shape.value, f"{name}.{entry.key.text}")

    def key(self, entry: Entry, shape: MapOf) -> None:
        text, place = entry.key.text, entry.key.place
        if shape.key == "name" and not NAME.fullmatch(text):
            self.note(text_codes.KEY_NOT_IDENTIFIER, place, **_naming(text), name=shortened(text))
        elif shape.key == "path" and not _PATH.fullmatch(text):
            self.note(codes.NOT_A_PATH, place, text=shortened(text))
        elif shape.key == "language" and not _LANGUAGE.fullmatch(text):
            self.note(codes.NOT_A_LANGUAGE, place, name=shortened(text))

    def record(self, node: MapNode, shape: Record | Cases, name: str, whole: bool = True) -> None:
        """Keys known, required ones there, each value of its shape."""
        record = self.case(node, shape)
        known = dict(record.properties)
        if record.patched:
            known = {**(PATCH_WORDS if self.patch else _PARKED), **known}
        for entry in node:
            self.property(entry, record, known, name)
        if self.patch or not whole:
            return
        for key in record.required:
            if key not in node.entries:
                self.note(codes.MISSING_KEY, node.place, where=name, name=key)
        for key, other in record.needs.items():
            if key in node.entries and other not in node.entries:
                self.note(codes.KEY_ALONE, node.entries[key].key.place, name=key, other=other)
        for group in record.one_of:
            if not node.entries.keys() & set(group):
                self.note(
                    codes.MISSING_ONE_OF, node.place, where=name, name_zh=" 或 ".join(group), name_en=" or ".join(group),
                    first=group[0],
                )

    def property(self, entry: Entry, record: Record, known: Mapping[str, Prop], name: str) -> None:
        key = entry.key.text
        prop = PATCH_WORDS[key] if self.patch and record.patched and is_layer_word(entry) else known.get(key)
        if prop is not None:
            self.node(entry.value, prop.shape, key)
        elif key in record.reserved:
            self.later(entry.key.place, key, record.instead.get(key))
        else:
            expected = listed(known)
            self.note(
                codes.UNKNOWN_KEY, entry.key.place, where=name, name=shortened(key), expected=expected,
                **_key_fix(key, known),
            )

    def later(self, place: Place, word: str, instead: tuple[str, str] | None = None) -> None:
        """A word that is kept for later versions, and what serves until then."""
        fixes = dict(zip(("fix_zh", "fix_en"), instead, strict=True)) if instead else codes.DELETE_IT
        self.note(codes.RESERVED_KEY, place, name=word, **fixes)

    def case(self, node: MapNode, shape: Record | Cases) -> Record:
        if isinstance(shape, Record):
            return shape
        said = node.get(shape.key)
        if not isinstance(said, TextNode):
            return shape.otherwise
        return shape.cases.get(said.text, shape.otherwise)

    def text(self, node: Node, shape: Text, name: str) -> None:
        if not isinstance(node, TextNode):
            self.wrong(codes.NOT_TEXT, node, name)
            return
        check_text = getattr(self, f"text_{shape.kind}", None)
        if check_text is not None:
            check_text(node, shape, name)

    def text_flag(self, node: TextNode, shape: Text, name: str) -> None:
        if node.text not in ("true", "false"):
            self.note(codes.NOT_A_FLAG, node.place, name=name, text=shortened(node.text))

    def text_whole(self, node: TextNode, shape: Text, name: str) -> None:
        if not _WHOLE.fullmatch(node.text) or int(node.text) < shape.at_least:
            self.note(codes.NOT_WHOLE, node.place, name=name, text=shortened(node.text), least=str(shape.at_least))

    def text_name(self, node: TextNode, shape: Text, name: str) -> None:
        if not NAME.fullmatch(node.text):
            self.note(codes.NOT_A_NAME, node.place, text=shortened(node.text), **_naming(node.text))

    def text_path(self, node: TextNode, shape: Text, name: str) -> None:
        if not _PATH.fullmatch(node.text):
            self.note(codes.NOT_A_PATH, node.place, text=shortened(node.text))

    def text_version(self, node: TextNode, shape: Text, name: str) -> None:
        if not _VERSION.fullmatch(node.text):
            self.note(codes.BAD_VERSION, node.place, text=shortened(node.text))

    def text_expression(self, node: TextNode, shape: Text, name: str) -> None:
        if not node.text.strip():
            self.note(codes.EMPTY_EXPRESSION, node.place, name=name)

    def text_word(self, node: TextNode, shape: Text, name: str) -> None:
        if node.text in shape.words:
            return
        if node.text in shape.reserved:
            self.later(node.place, node.text)
            return
        code = codes.UNKNOWN_TYPE if name == "type" else codes.NOT_A_WORD
        expected = ", ".join(shape.words)
        text = shortened(node.text)
        self.note(code, node.place, name=name, text=text, expected=expected, **fix(node.text, shape.words))

    def text_pattern(self, node: TextNode, shape: Text, name: str) -> None:
        """A regular expression that every reader runs in bounded time."""
        if not is_safe(node.text):
            self.note(codes.BAD_PATTERN, node.place, text=shortened(node.text))
        elif reason := why_not_run(node.text):
            zh, en = reason
            self.note(codes.PATTERN_NOT_RUN, node.place, text=shortened(node.text), reason_zh=zh, reason_en=en)


def _naming(text: str) -> dict[str, str]:
    """What a text that is no name could be called; of one without Latin letters nothing is made that anybody would want."""
    near = identifier(text)
    if re.search(r"[a-z]", text.lower()):
        return {"limit": str(LONGEST_NAME), "near_zh": f"改为 {near}", "near_en": f"call it {near}"}
    return {
        "limit": str(LONGEST_NAME), "near_zh": "取一个英文或拼音的名称（例如 order_no）",
        "near_en": "give it a name in lower-case Latin letters (such as order_no)",
    }


def _key_fix(key: str, known: Mapping[str, Prop]) -> dict[str, str]:
    found = fix(key, known)
    if found["fix_en"].startswith("did"):
        return found
    return {"fix_zh": "删去它，或换成可用的键", "fix_en": "delete it or use one of the keys"}
