"""parse: text of a file -> tree of nodes, with every problem of its YAML.

libyaml's events are read one by one onto a stack of our own, so depth and number of values are bounded before
anything is built, and nothing that YAML would guess (aliases, tags, types, merge keys) gets through.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml as pyyaml

from metadata.codes import text as codes
from metadata.problems import Code, Place, Problem
from metadata.yaml import screening
from metadata.yaml.nodes import DEFAULT_LIMITS, Entry, Limits, ListNode, MapNode, Node, TextNode


@dataclass(slots=True)
class _Frame:
    """A map or list under construction; `key` waits for its value, `last` is the entry written before it."""

    place: Place
    is_map: bool
    flow: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: TextNode | None = None
    skip: bool = False
    last: Entry | None = None


class _Stop(Exception):
    """A limit or a fault after which reading on makes no sense; the problem is already noted."""


class _Builder:
    """Takes events, keeps the stack, notes problems."""

    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self.lines = text.splitlines()
        self.problems: list[Problem] = []
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.documents = 0
        self.count = 0

    def place(self, mark: pyyaml.Mark) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def note(self, code: Code, place: Place, /, **values: object) -> None:
        self.problems.append(Problem(code, place, {name: str(value) for name, value in values.items()}))
        if len(self.problems) >= self.limits.problems:
            raise _Stop

    def take(self, event: pyyaml.Event) -> None:
        """One event of libyaml."""
        match event:
            case pyyaml.ScalarEvent():
                self.scalar(event)
            case pyyaml.MappingStartEvent() | pyyaml.SequenceStartEvent():
                self.open(event)
            case pyyaml.MappingEndEvent() | pyyaml.SequenceEndEvent():
                self.close()
            case pyyaml.AliasEvent():
                self.note(codes.ALIAS, self.place(event.start_mark), name=event.anchor)
                self.value(self.empty(event.start_mark))
            case pyyaml.DocumentStartEvent():
                self.document(event)

    def document(self, event: pyyaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            self.note(codes.SECOND_DOCUMENT, self.place(event.start_mark))
            raise _Stop
        if event.version or event.tags:
            self.note(codes.DIRECTIVE, self.place(event.start_mark))

    def open(self, event: pyyaml.MappingStartEvent | pyyaml.SequenceStartEvent) -> None:
        place = self.place(event.start_mark)
        self.counted(place)
        self.plainness(event, place)
        if len(self.stack) >= self.limits.depth:
            self.note(codes.TOO_DEEP, place, limit=self.limits.depth)
            raise _Stop
        top = self.stack[-1] if self.stack else None
        if top and top.is_map and top.key is None and not top.skip:
            self.note(codes.COMPLEX_KEY, place)
            raise _Stop
        self.stack.append(_Frame(place, isinstance(event, pyyaml.MappingStartEvent), bool(event.flow_style)))

    def close(self) -> None:
        frame = self.stack.pop()
        if frame.is_map:
            self.value(MapNode(frame.entries, frame.place))
        else:
            self.value(ListNode(tuple(frame.items), frame.place))

    def scalar(self, event: pyyaml.ScalarEvent) -> None:
        place = self.place(event.start_mark)
        self.counted(place)
        self.plainness(event, place)
        node = TextNode(event.value, place, self.start(event, place), bool(event.style))
        top = self.stack[-1] if self.stack else None
        absent = not event.value and not node.quoted
        if top and top.is_map and top.key is None and not top.skip:
            self.key(top, node)
        elif absent and top and top.is_map:
            self.no_value(top)
        else:
            below = top is not None and top.key is not None and place.line > top.key.place.line
            if below and not node.quoted and (wide := screening.FULL_WIDTH.match(node.text)):
                self.note(codes.FULL_WIDTH_COLON, Place(self.file, place.line, place.column + wide.end() - 1))
            if not node.quoted and screening.cut_by_comment(self.lines, event.end_mark, event.value):
                self.note(codes.CUT_BY_COMMENT, self.place(event.end_mark))
            self.value(node)

    def key(self, top: _Frame, node: TextNode) -> None:
        if node.text == "<<" and not node.quoted:
            self.note(codes.MERGE_KEY, node.place)
            top.skip = True
        elif node.text in top.entries:
            first = top.entries[node.text].key.place.line
            self.note(codes.DUPLICATE_KEY, node.place, name=node.text, line=first)
            top.skip = True
        else:
            top.key = node

    def no_value(self, top: _Frame) -> None:
        """The key stands alone: a comma ended the text before it, or its value is missing."""
        key, top.key = top.key, None
        skipped, top.skip = top.skip, False
        if key is None or skipped:
            return
        before = top.last.value if top.last else None
        if "：" in key.text and not key.quoted:
            at = self.lines[key.place.line - 1].find("：", key.place.column - 1) + 1
            self.note(codes.FULL_WIDTH_COLON, Place(self.file, key.place.line, at or key.place.column))
        elif top.flow and isinstance(before, TextNode) and not before.quoted and self.colonless(key):
            self.note(codes.COMMA_ENDED_TEXT, before.place, name=key.text, whole=f"{before.text}, {key.text}")
        else:
            self.note(codes.KEY_WITHOUT_VALUE, key.place, name=key.text)

    def colonless(self, key: TextNode) -> bool:
        line = self.lines[key.place.line - 1]
        return not line[key.place.column - 1 + len(key.text):].lstrip().startswith(":")

    def value(self, node: Node) -> None:
        """Put a finished node where it belongs."""
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
            return
        if top.skip:
            top.skip = False
        elif top.key is not None:
            top.last = Entry(top.key, node)
            top.entries[top.key.text] = top.last
        top.key = None

    def counted(self, place: Place) -> None:
        self.count += 1
        if self.count > self.limits.nodes:
            self.note(codes.TOO_MANY_NODES, place, limit=self.limits.nodes)
            raise _Stop

    def plainness(self, event: pyyaml.NodeEvent, place: Place) -> None:
        if event.anchor:
            self.note(codes.ANCHOR, place, name=event.anchor)
        tag = getattr(event, "tag", None)
        if tag:
            self.note(codes.TAG, place, tag=tag)

    def empty(self, mark: pyyaml.Mark) -> TextNode:
        place = self.place(mark)
        return TextNode("", place, place, True)

    def start(self, event: pyyaml.ScalarEvent, place: Place) -> Place:
        """Where the first character of the text stands."""
        if event.style in ("'", '"'):
            return Place(self.file, place.line, place.column + 1)
        if event.style in ("|", ">") and place.line < len(self.lines):
            below = self.lines[place.line]
            return Place(self.file, place.line + 1, len(below) - len(below.lstrip()) + 1)
        return place


def parse(
    text: str | bytes, file: str, kind: str = "entity", limits: Limits = DEFAULT_LIMITS
) -> tuple[MapNode | None, list[Problem]]:
    """The tree of `text`, and its problems in order. There is no tree when there is any problem but a key said twice, of
    which the first counts: what else is wrong with such a file is told as well.

    `kind` is what the file should begin with, for the texts of problems. Never raises.
    """
    decoded, problems = screening.screen(text, file, limits)
    if decoded is None:
        return None, problems
    builder = _Builder(decoded, file, limits)
    try:
        for event in pyyaml.parse(decoded, Loader=pyyaml.CSafeLoader):
            builder.take(event)
        _whole(builder, kind)
    except _Stop:
        pass
    except pyyaml.YAMLError as error:
        builder.problems.append(screening.syntax_problem(error, file, builder.lines))
    whole = all(problem.code is codes.DUPLICATE_KEY for problem in builder.problems)
    return (builder.root if whole and isinstance(builder.root, MapNode) else None), builder.problems


def _whole(builder: _Builder, kind: str) -> None:
    """The file as a whole is a mapping."""
    root = builder.root
    if root is None or (isinstance(root, TextNode) and not root.text):
        builder.note(codes.EMPTY_FILE, Place(builder.file), kind=kind)
    elif not isinstance(root, MapNode):
        builder.note(codes.NOT_A_MAPPING, root.place, kind=kind)
