"""The first administrator of an installation, made once, with a password that is shown once."""

from __future__ import annotations

from engine.refusals import Message
from loomwork.cli.terminal import say
from loomwork.people import FIRST_PASSWORD_NOTE, add_person, has_people, knows_people
from loomwork.running import House


def ensure_admin(house: House) -> None:
    """Makes the administrator named in the settings when nobody can sign in yet, and prints the first password; says so where
    the application has no people."""
    if not knows_people(house.runtime):
        without = Message("no_people")
        say(without.text("zh"), without.text("en"))
        return
    if has_people(house.runtime):
        return
    login = house.settings.admin
    password = add_person(house.runtime, login, name=login, roles=("admin",))
    say(f"第一位管理员：{login}，初始密码：{password}（{FIRST_PASSWORD_NOTE['zh']}）",
        f"First administrator: {login}, first password: {password} ({FIRST_PASSWORD_NOTE['en']})")
