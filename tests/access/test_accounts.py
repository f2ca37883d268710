"""Principals, passwords, sign-in and sessions, on both databases."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.accounts import attempts, credentials, sessions
from engine.accounts.hashing import token_hash
from engine.accounts.principals import bump_access, load_principal, principal_of_login, user_of_login
from engine.clock import FixedClock
from engine.principal import ANONYMOUS
from engine.randomness import SeededRandomness
from engine.refusals import Denied, Invalid
from engine.storage.database import Database
from engine.storage.platform import session as session_table
from engine.storage.platform import version
from tests.records_read.world import NOW, World, build, grant, role

PASSWORD = "correct horse"


class FakeRuntime:
    """As much of a runtime as signing in needs."""

    def __init__(self, world: World) -> None:
        self.world, self.database = world, world.database
        self.clock, self.randomness = FixedClock(NOW), SeededRandomness(1)

    def application(self, connection: Any, release: int) -> Any:
        return SimpleNamespace(app=self.world.app)

    def writing(self, who: Any, unit: Any, key: str | None = None) -> Any:
        with self.database.write() as connection:
            return unit(self.session(connection))

    def session(self, connection: Any) -> Any:
        now = self.clock.now()
        return SimpleNamespace(runtime=self, app=self.world.app, connection=connection, principal=ANONYMOUS, now=now)

    def who(self, token: str | None) -> sessions.SignedIn:
        with self.database.read() as connection:
            return sessions.signed_in(connection, token, lambda release: self.world.app, self.clock.now())


@pytest.fixture
def runtime(database: Database) -> Any:
    world = build(database, role("sales", grant("customer", "read", "own"), includes=("sales", "employee")),
                  role("chief", admin=True))
    runtime = FakeRuntime(world)
    for login in ("amy", "joe"):
        runtime.writing(None, lambda s, login=login: credentials.set_password(s, world.people[login], PASSWORD))
    return runtime


def _bump(runtime: Any) -> None:
    runtime.writing(None, bump_access)


def _set(runtime: Any, entity: str, id: int, **values: object) -> None:
    compiled = runtime.world.app.entities[entity]
    columns = {compiled.fields[name].column.name: value for name, value in values.items()}
    with runtime.database.write() as connection:
        connection.execute(sa.update(compiled.table).where(compiled.table.c.id == id).values(columns))


def test_a_principal_has_roles_departments_and_reports(runtime: Any) -> None:
    people = runtime.world.people
    dan = principal_of_login(runtime, " DAN ")
    assert dan is not None and dan.roles == {"chief", "employee"} and dan.admin
    assert set(dan.report_ids) == {people["amy"], people["bob"]} and dan.dept_ids == (1, 3) and dan.dept_id == 1
    amy = principal_of_login(runtime, "amy")
    assert amy is not None and amy.roles == {"sales", "employee"} and not amy.admin and amy.superior_id == people["dan"]
    assert principal_of_login(runtime, "joe") is None and principal_of_login(runtime, "who") is None


def test_loops_in_the_organisation_end(runtime: Any) -> None:
    people = runtime.world.people
    _set(runtime, "user", people["dan"], superior=people["amy"])
    _set(runtime, "department", 1, parent=3)
    _bump(runtime)
    dan = principal_of_login(runtime, "dan")
    assert dan is not None and set(dan.report_ids) == {people["amy"], people["bob"]} and set(dan.dept_ids) == {1, 3}


def test_sign_in_gives_a_session_that_bites_at_once(runtime: Any) -> None:
    token = sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    found = runtime.who(token)
    assert found.principal.login == "amy" and found.csrf and not found.must_change
    assert sessions.csrf_matches(found.csrf, found.csrf) and not sessions.csrf_matches(found.csrf, None)
    assert not sessions.csrf_matches("", "")
    _set(runtime, "user", runtime.world.people["amy"], active=False)
    assert runtime.who(token).principal.login == "amy"
    _bump(runtime)
    assert runtime.who(token).principal == ANONYMOUS


def test_looking_a_session_up_is_one_statement(runtime: Any) -> None:
    token = sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    runtime.who(token)
    with runtime.database.read() as connection:
        seen: list[str] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *a: seen.append(a[2]))
        sessions.signed_in(connection, token, lambda release: runtime.world.app, NOW)
        assert len(seen) == 1


def test_tokens_are_stored_as_hashes_and_end(runtime: Any) -> None:
    token = sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    with runtime.database.read() as connection:
        assert token not in str(connection.execute(sa.select(session_table)).all())
    for stranger in (None, "", "x", token_hash(token)):
        assert runtime.who(stranger).principal == ANONYMOUS
    runtime.writing(None, lambda s: sessions.set_session_language(s, token, "en"))
    assert runtime.who(token).principal.language == "en"
    runtime.clock.advance(timedelta(days=4))
    assert runtime.who(token).principal == ANONYMOUS
    assert runtime.writing(None, lambda s: sessions.expire_sessions(s.connection, s.now)) == 1
    again = sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    runtime.writing(None, lambda s: sessions.end_session(s, again))
    assert runtime.who(again).principal == ANONYMOUS


def test_a_new_password_ends_all_sessions(runtime: Any) -> None:
    token = sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    amy = runtime.world.people["amy"]
    runtime.writing(None, lambda s: credentials.set_password(s, amy, "another one here", must_change=True))
    assert runtime.who(token).principal == ANONYMOUS
    with pytest.raises(Denied):
        sessions.sign_in(runtime, "amy", PASSWORD, "1.2.3.4", "test").token
    assert runtime.who(sessions.sign_in(runtime, "amy", "another one here", "1.2.3.4", "t").token).must_change


def test_wrong_unknown_and_inactive_are_answered_alike(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    verify = credentials.verify_password

    def watched(stored: str | None, password: str) -> bool:
        hashed.append(password)
        return verify(stored, password)

    monkeypatch.setattr(credentials, "verify_password", watched)
    answers = set()
    for login, password in (("amy", "wrong password"), ("nobody", PASSWORD), ("joe", PASSWORD), ("eve", PASSWORD), ("", "")):
        with pytest.raises(Denied) as caught:
            sessions.sign_in(runtime, login, password, "9.9.9.9", "test").token
        answers.add((caught.value.status, caught.value.message.text("zh"), caught.value.message.text("en")))
    assert len(answers) == 1 and len(hashed) == 5


def test_attempts_are_counted_per_login_and_per_address(runtime: Any) -> None:
    for _ in range(attempts.PER_PAIR):
        with pytest.raises(Denied):
            sessions.sign_in(runtime, "amy", "wrong password", "5.5.5.5", "test").token
    with pytest.raises(attempts.TooManyAttempts) as caught:
        sessions.sign_in(runtime, " AMY", PASSWORD, "5.5.5.5", "test").token
    assert caught.value.status == 429 and "15" in caught.value.message.text("zh")
    assert sessions.sign_in(runtime, "amy", PASSWORD, "6.6.6.6", "test").token, "a guesser elsewhere shuts nobody out"
    runtime.clock.advance(attempts.WINDOW + timedelta(seconds=1))
    assert sessions.sign_in(runtime, "amy", PASSWORD, "5.5.5.5", "test").token
    for number in range(attempts.PER_ADDRESS):
        with runtime.database.write() as connection:
            attempts.count_attempt(connection, f"login{number}", "7.7.7.7", runtime.clock.now())
    with pytest.raises(attempts.TooManyAttempts):
        sessions.sign_in(runtime, "amy", PASSWORD, "7.7.7.7", "test").token


def test_passwords_have_a_form(runtime: Any) -> None:
    for password, login in (("short", ""), ("x" * 201, ""), ("administrator", "administrator")):
        with pytest.raises(Invalid):
            credentials.check_password(password, login)
    credentials.check_password("long enough to be good", "amy")


def test_hashes_are_argon2id_of_the_agreed_cost() -> None:
    stored = credentials.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert credentials.verify_password(stored, PASSWORD) and not credentials.verify_password(stored, "other")
    assert not credentials.verify_password(None, PASSWORD) and not credentials.verify_password("broken", PASSWORD)


def test_a_raised_stamp_makes_principals_load_anew(runtime: Any) -> None:
    with runtime.database.read() as connection:
        before = connection.execute(sa.select(version.c.access_stamp)).scalar_one()
    _bump(runtime)
    with runtime.database.read() as connection:
        assert connection.execute(sa.select(version.c.access_stamp)).scalar_one() == before + 1
        assert user_of_login(connection, runtime.world.app, "AMY") == runtime.world.people["amy"]
        assert load_principal(connection, runtime.world.app, 10**9, before) is None


def test_tries_spread_over_many_addresses_are_counted_per_login(runtime: Any) -> None:
    for number in range(attempts.PER_LOGIN):
        with runtime.database.write() as connection:
            assert attempts.count_attempt(connection, "amy", f"8.8.{number}.1", runtime.clock.now())
    with pytest.raises(attempts.TooManyAttempts):
        sessions.sign_in(runtime, "ＡＭＹ", PASSWORD, "9.9.9.9", "test").token


def test_an_office_behind_one_address_may_sign_in_all_day(runtime: Any) -> None:
    for _ in range(attempts.PER_ADDRESS + 5):
        with runtime.database.write() as connection:
            assert attempts.count_attempt(connection, "amy", "2001:db8::1", runtime.clock.now())
            attempts.forget_attempts(connection, "amy", "2001:db8::2")


def test_full_width_letters_sign_in(runtime: Any) -> None:
    assert sessions.sign_in(runtime, " ａｍｙ", PASSWORD, "1.2.3.4", "test").token
