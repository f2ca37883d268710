"""The tutorial is true: its files are written, its commands run, and what it promises is on the pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web.application import build
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Learner:
    """Follows the tutorial in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = ""

    def run(self, command: str, expected: int = 0) -> str:
        """Runs one `loomwork …` command; returns what it printed."""
        arguments = command.split()[1:]
        done = subprocess.run(
            [sys.executable, "-m", "loomwork", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "LOOMWORK_LANGUAGE": "en", "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
        self.output += done.stdout
        return done.stdout

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def mistake(self, name: str, text: str) -> None:
        """Writes a wrong file, sees the problem, and puts the right one back."""
        right = (self.folder / name).read_text("utf-8")
        self.write(name, text)
        shown = self.run("loomwork check acme", expected=1)
        assert re.search(r"entities/contract\.entity\.yaml:3:\d+ LW\d+ .*type", shown), shown
        self.write(name, right)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Learner:
    """One who has followed the tutorial to its end, the serving left out."""
    learner = Learner(tmp_path_factory.mktemp("tutorial"))
    for language, words, text in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text("utf-8")):
        marks: Mapping[str, str] = dict(re.findall(r"(\w+)=(\S+)", words))
        if language == "yaml" and "file" in marks:
            learner.write(marks["file"], text)
        elif language == "yaml":
            learner.mistake(marks["wrong"], text)
        elif "serve" not in words:
            for command in text.strip().splitlines():
                learner.run(command)
    return learner


def test_the_scenario_of_the_tutorial_passed(learner: Learner) -> None:
    assert "✓ a deposit of 80,000 passes the budget check" in learner.output
    assert "0 failed" in learner.output
    assert "All is well." in learner.output


def test_fields_state_step_and_report_are_on_the_pages(learner: Learner) -> None:
    password = re.search(r"Made lily, first password: (\S+)", learner.output)
    assert password is not None, learner.output
    data = learner.folder / "data"
    settings = Settings(database=f"sqlite:///{data / 'loomwork.db'}", data=data)
    with TestClient(build(settings), headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        signed = browser.post("/sign-in", data={"login": "lily", "password": password.group(1)})
        assert signed.status_code == 200
        _choose_password(browser, signed.text, password.group(1))
        form = browser.get("/e/contract/new").text
        assert "交付城市" in form and "定金" in form and "微信群" in form
        assert 'href="/reports/deposits"' in browser.get("/reports").text
        assert "各城市定金" in browser.get("/reports/deposits").text
        filters = browser.get("/e/contract/filter").text
        assert "已暂停" in browser.get("/e/contract").text + filters


def _choose_password(browser: TestClient, page: str, old: str) -> None:
    """A first password has to be changed before anything else."""
    token = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert 'name="old"' in page and token is not None
    form = {"_csrf": token.group(1), "old": old, "new": "Brand-new-pass-1", "again": "Brand-new-pass-1"}
    assert browser.post("/profile", data=form).status_code == 200
