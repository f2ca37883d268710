"""Records that come with packs: `seed` once, `managed` kept as written, `demo` for a filled application.

Every record goes through the write service like anybody's, as the operator; demo data in the name of its owners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from engine.accounts import credentials
from engine.principal import OPERATOR, Principal
from engine.records import read, write
from engine.refusals import Refusal
from engine.runtime import Runtime, WriteSession
from loomwork.data_generation import generate
from loomwork.data_rules import RuleRefused
from loomwork.natural_keys import DataRefused, ValueReader, ids_where
from loomwork.refusal_texts import refusal_text
from metadata.problems import Place
from metadata.specs.app import AppSpec
from metadata.specs.screens import DataSpec

Mode = Literal["seed", "managed", "demo"]
BESIDE = ("by", "password")
"""What a row may say besides fields: in whose name it is made, and the first password of a user."""


class DataFailed(Exception):
    """Declared data could not be loaded; `text` says which file and why."""

    def __init__(self, place: Place, zh: str, en: str) -> None:
        super().__init__(f"{place} {en}")
        self.place = place
        self.texts = {"zh": zh, "en": en}

    def text(self, language: str) -> str:
        """Where and why, in `language`."""
        return f"{self.place} {self.texts['zh' if language.startswith('zh') else 'en']}"


@dataclass(frozen=True, slots=True)
class DataLoaded:
    """What came of one data file: records made, and records found and brought up to date."""

    name: str
    entity: str
    created: int
    updated: int = 0


def load_data(
    runtime: Runtime, app: AppSpec, modes: Sequence[Mode] = ("seed", "demo"),
    told: Callable[[DataLoaded], None] = lambda _: None,
) -> list[DataLoaded]:
    """Load the data files of `app` with one of `modes` into the running release, in their order; `told` hears of each.

    Loading again leaves `seed` records as people have them, and makes nothing twice. Raises `DataFailed` at the first
    record that is refused; the files before it stay loaded.
    """
    done = []
    for spec in ordered(app.data.values(), modes):
        loaded = _load(runtime, app, spec)
        told(loaded)
        done.append(loaded)
    return done


def ordered(files: Iterable[DataSpec], modes: Sequence[Mode]) -> list[DataSpec]:
    """The files of `modes` in the order of loading."""
    return sorted((spec for spec in files if spec.mode in modes), key=lambda spec: (spec.order, spec.name))


def _load(runtime: Runtime, app: AppSpec, spec: DataSpec) -> DataLoaded:
    with _failing_at(spec.place):
        if spec.generate is not None:
            return DataLoaded(spec.name, spec.entity, generate(runtime, app, spec))
        return runtime.writing(OPERATOR, lambda session: _rows(session, spec))


@contextmanager
def _failing_at(place: Place) -> Iterator[None]:
    """What is refused inside fails the loading, at `place`."""
    try:
        yield
    except DataRefused as refused:
        raise DataFailed(place, refused.text("zh"), refused.text("en")) from refused
    except RuleRefused as refused:
        raise DataFailed(place, str(refused), str(refused)) from refused
    except Refusal as refusal:
        raise DataFailed(place, refusal_text(refusal, "zh"), refusal_text(refusal, "en")) from refusal


def _rows(session: WriteSession, spec: DataSpec) -> DataLoaded:
    reader = ValueReader(session)
    outcomes: list[str] = []
    for number, row in enumerate(spec.rows):
        place = spec.file.place(number) if spec.file else spec.place
        with _failing_at(place):
            outcomes.append(_row(session, spec, reader, row))
    return DataLoaded(spec.name, spec.entity, outcomes.count("created"), outcomes.count("updated"))


def _row(session: WriteSession, spec: DataSpec, reader: ValueReader, row: Mapping[str, object]) -> str:
    """Create or update one row, found by its key. A seed row that is there stays as people have it."""
    values = reader.values(spec.entity, {name: value for name, value in row.items() if name not in BESIDE})
    known = ids_where(session, spec.entity, {name: values.get(name) for name in spec.key}) if spec.key else []
    if known and spec.mode == "seed":
        return "kept"
    writing = _in_the_name_of(session, reader, row.get("by"))
    if known:
        write.update(writing, spec.entity, known[0], values)
        return "updated"
    made = write.create(writing, spec.entity, values)
    if "password" in row and spec.entity == "user":
        credentials.set_password(session, made, str(row["password"]))
    return "created"


def _in_the_name_of(session: WriteSession, reader: ValueReader, by: object) -> WriteSession:
    """The session as the operator writing for the person whom `by` names."""
    if by is None:
        return session
    person = read.get(session, "user", reader.record("user", str(by), "by"))
    dept = person.values.get("dept")
    dept_id = dept if isinstance(dept, int) else None
    return session.acting_as(Principal(kind="operator", user_id=person.id, name=person.title, dept_id=dept_id))
