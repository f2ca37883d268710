"""Sessions, write units, idempotency, and seeing a publication at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pysqlite3
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.compiled import CompiledEntity
from engine.ports import NoFlows, Written
from engine.principal import OPERATOR, SYSTEM, Principal
from engine.refusals import Busy, Message, Refused
from engine.runtime import ReadSession, Runtime, WriteSession
from engine.storage import releases
from engine.storage.database import Database, Unusable
from engine.storage.platform import anchor, outbox
from tests.storage.applications import CUSTOMER, START, publish, shop

AMY = Principal(kind="user", user_id=1, login="amy")
BOB = Principal(kind="user", user_id=2, login="bob")


class RecordingFlows(NoFlows):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Sequence[Written]] = []

    def reacts(self, session: WriteSession, entity: str) -> bool:
        return True

    def after_writes(self, session: WriteSession, written: Sequence[Written]) -> None:
        self.told.append(written)


def customers(session: ReadSession) -> CompiledEntity:
    return session.app.entities["customer"]


def add_customer(session: WriteSession, name: str) -> int:
    entity = customers(session)
    column = entity.fields["name"].column
    assert column is not None
    values = {column.name: name, "created_at": session.now, "updated_at": session.now}
    number = session.connection.execute(entity.table.insert().values(values).returning(entity.table.c.id)).scalar_one()
    session.wrote(Written("customer", number, "create", frozenset({"name"})))
    return number


def count(runtime: Runtime) -> int:
    with runtime.reading(OPERATOR) as session:
        return session.connection.execute(sa.select(sa.func.count()).select_from(customers(session).table)).scalar_one()


def test_an_empty_database_says_so(database: Database) -> None:
    runtime = Runtime(database)
    with pytest.raises(Unusable, match="database_empty"), runtime.reading(OPERATOR):
        pass
    with pytest.raises(Unusable, match="database_empty"):
        runtime.writing(OPERATOR, lambda session: None)


def test_a_session_knows_its_moment_in_the_applications_zone(runtime: Runtime) -> None:
    with runtime.reading(AMY) as session:
        assert session.now == START
        assert str(session.today) == "2026-03-02"
        assert session.app.release == 1
        assert session.principal is AMY
    runtime.clock.sleep(15 * 3600)
    with runtime.reading(AMY) as session:
        assert str(session.today) == "2026-03-03"


def test_a_unit_commits_and_tells_the_flows_once(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> list[int]:
        return [add_customer(session, name) for name in ("Acme", "Bolt")]

    runtime.flows = flows = RecordingFlows()
    numbers = runtime.writing(OPERATOR, unit)
    assert count(runtime) == 2
    (told,) = flows.told
    assert [written.id for written in told] == numbers


def test_a_refusal_undoes_the_unit(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> None:
        add_customer(session, "Acme")
        raise Refused(Message("busy"))

    with pytest.raises(Refused):
        runtime.writing(OPERATOR, unit, key="k")
    assert count(runtime) == 0
    assert runtime.writing(OPERATOR, lambda session: add_customer(session, "Acme"), key="k") > 0


def test_a_key_acts_once_per_principal(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> int:
        return add_customer(session, "Acme")

    first = runtime.writing(AMY, unit, key="form-1")
    assert runtime.writing(AMY, unit, key="form-1") == first
    assert runtime.writing(AMY, unit, key="form-2") != first
    assert runtime.writing(BOB, unit, key="form-1") not in (first, None)
    assert count(runtime) == 3


def test_a_key_used_at_the_same_moment_acts_once(runtime: Runtime) -> None:
    inside, results = threading.Barrier(2, timeout=5), []

    def unit(session: WriteSession) -> int:
        return add_customer(session, "Acme")

    def send() -> None:
        inside.wait()
        results.append(runtime.writing(AMY, unit, key="form-1"))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert len(set(results)) == 1
    assert count(runtime) == 1


def lock_failure(database: Database) -> DBAPIError:
    """What the driver raises when another writer was in the way."""
    if database.dialect == "sqlite":
        locked: type[Exception] = getattr(pysqlite3, "OperationalError")  # noqa: B009
        return OperationalError("", {}, locked("database is locked"))
    with pytest.raises(DBAPIError) as caught, database.write() as connection:
        connection.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$")
    return caught.value


def test_a_unit_runs_again_when_another_was_in_the_way(runtime: Runtime) -> None:
    failure, runs = lock_failure(runtime.database), []

    def unit(session: WriteSession) -> str:
        runs.append(add_customer(session, "Acme"))
        if len(runs) < 4:
            raise failure
        return "through"

    assert runtime.writing(OPERATOR, unit) == "through"
    assert count(runtime) == 1
    assert runtime.clock.now() > START


def test_a_unit_that_never_gets_through_is_busy(runtime: Runtime) -> None:
    failure, runs = lock_failure(runtime.database), []

    def unit(session: WriteSession) -> None:
        runs.append(1)
        raise failure

    with pytest.raises(Busy):
        runtime.writing(OPERATOR, unit)
    assert len(runs) == 6
    assert count(runtime) == 0


def test_other_errors_are_passed_on_at_once(runtime: Runtime) -> None:
    runs = []

    def unit(session: WriteSession) -> None:
        runs.append(1)
        session.connection.exec_driver_sql("SELECT * FROM nothing_here")

    with pytest.raises(DBAPIError):
        runtime.writing(OPERATOR, unit)
    assert len(runs) == 1


def test_a_real_deadlock_is_run_again(runtime: Runtime) -> None:
    """Two units that lock the same two anchors in opposite order; on SQLite they simply follow each other."""
    both, runs = threading.Barrier(2, timeout=5), []

    def unit(order: Sequence[str]) -> None:
        def run(session: WriteSession) -> None:
            runs.append(order)
            session.lock_anchors([(1, order[0])])
            if len(runs) <= 2 and runtime.database.dialect == "postgresql":
                both.wait()
            session.lock_anchors([(1, order[1])])
            add_customer(session, order[0])

        runtime.writing(OPERATOR, run)

    threads = [threading.Thread(target=unit, args=(order,)) for order in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(runtime) == 2
    assert len(runs) > 2 if runtime.database.dialect == "postgresql" else len(runs) == 2


def test_anchors_let_one_unit_in_at_a_time(runtime: Runtime) -> None:
    """Each unit counts and then adds; without the anchor both would count the same."""
    seen: list[int] = []

    def unit(session: WriteSession) -> None:
        session.lock_anchors([(1, "cap"), (1, "other")])
        table = customers(session).table
        found = session.connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        add_customer(session, str(found))
        seen.append(found)

    threads = [threading.Thread(target=runtime.writing, args=(OPERATOR, unit)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(8))


def test_record_anchors_lock_the_row(runtime: Runtime) -> None:
    number = runtime.writing(OPERATOR, lambda session: add_customer(session, "Acme"))

    def unit(session: WriteSession) -> int:
        session.lock_anchors([(customers(session).lineage, number)])
        return session.connection.execute(sa.select(sa.func.count()).select_from(anchor)).scalar_one()

    assert runtime.writing(OPERATOR, unit) == 0


def test_events_are_stored_with_the_write(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> None:
        session.emit("created", "customer", add_customer(session, "Acme"), {"name": "Acme"})

    runtime.writing(OPERATOR, unit)
    with runtime.reading(OPERATOR) as session:
        (row,) = session.connection.execute(sa.select(outbox)).all()
    assert (row.event, row.payload, row.at, row.done_at) == ("created", {"name": "Acme"}, START, None)


def test_a_publication_is_seen_by_the_next_session(runtime: Runtime) -> None:
    with runtime.reading(OPERATOR) as session:
        publish_more(runtime.database)
        assert "fax" not in session.app.entities["customer"].fields
    with runtime.reading(OPERATOR) as session:
        assert "fax" in session.app.entities["customer"].fields
        assert session.app.release == 2
    assert runtime.writing(OPERATOR, lambda session: session.app.release) == 2


def publish_more(database: Database) -> None:
    if database.dialect == "sqlite":
        publish(database, shop(customer=CUSTOMER + "  fax: {type: text}\n"))
        return
    other = Database(database.url.render_as_string(hide_password=False))
    publish(other, shop(customer=CUSTOMER + "  fax: {type: text}\n"))
    other.close()


def test_revokes_raise_the_access_stamp(runtime: Runtime) -> None:
    with runtime.reading(OPERATOR) as session:
        before = releases.current(session.connection).access_stamp
    runtime.writing(OPERATOR, lambda session: session.touch_access())
    with runtime.reading(OPERATOR) as session:
        assert releases.current(session.connection).access_stamp == before + 1


def test_parts_are_compiled_with_the_release(database: Database) -> None:
    publish(database, shop())
    runtime = Runtime(database, compilers={"names": lambda spec, app: sorted(app.entities)})
    with runtime.reading(SYSTEM) as session:
        assert session.parts["names"] == ["customer", "department", "order", "order_line", "user"]


def test_who_may_be_read_with_the_version_row(runtime: Runtime) -> None:
    def who(connection: sa.Connection, load: object) -> tuple[Principal, object]:
        assert callable(load)
        return BOB, load(releases.current(connection).release)

    with runtime.reading(who) as session:  # pyright: ignore[reportArgumentType]
        assert session.principal is BOB




def test_a_publication_waits_for_running_units(runtime: Runtime) -> None:
    """No unit of the release before commits after the switch (law 16)."""
    inside, leave, published = threading.Event(), threading.Event(), threading.Event()

    def unit(session: WriteSession) -> int:
        add_customer(session, "Acme")
        inside.set()
        assert leave.wait(10)
        return session.app.release

    def switch() -> None:
        publish_more(runtime.database)
        published.set()

    releases_seen: list[int] = []
    writer = threading.Thread(target=lambda: releases_seen.append(runtime.writing(OPERATOR, unit)))
    writer.start()
    assert inside.wait(10)
    publisher = threading.Thread(target=switch)
    publisher.start()
    assert not published.wait(0.3)
    leave.set()
    writer.join()
    publisher.join()
    assert releases_seen == [1]
    assert runtime.writing(OPERATOR, lambda session: session.app.release) == 2


def test_a_key_stands_for_one_request(runtime: Runtime) -> None:
    first = runtime.writing(AMY, lambda session: add_customer(session, "Acme"), key="k", request="create Acme")
    assert runtime.writing(AMY, lambda session: add_customer(session, "Acme"), key="k", request="create Acme") == first
    with pytest.raises(Refused, match="key_reused") as refused:
        runtime.writing(AMY, lambda session: add_customer(session, "Bolt"), key="k", request="create Bolt")
    assert "new key" in refused.value.message.text("en") and "幂等键" in refused.value.message.text("zh")
    assert count(runtime) == 1
