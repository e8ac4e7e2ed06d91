"""deploy/Containerfile: what it names exists, and what runs holds nothing that builds."""

import re
import tomllib

from tests.deploy.containerfile import instructions
from tests.deploy.reading import command_of, settings_of
from tests.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements-server.lock").read_text(encoding="utf-8")


def _pins(text: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+", text, re.MULTILINE))


def _rests(stage: int, name: str) -> list[str]:
    return [each.rest for each in instructions() if each.stage == stage and each.name == name]


def test_what_is_copied_exists_and_is_all_that_the_wheel_is_made_of() -> None:
    copied = {part for rest in _rests(0, "COPY") for part in rest.split()[:-1]}
    assert all((ROOT / name).exists() for name in copied)
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"], "pyproject.toml", PYPROJECT["project"]["readme"]} <= copied


def test_each_lock_file_is_checked_by_its_hashes() -> None:
    installs = [rest for rest in _rests(0, "RUN") if "requirements" in rest]
    assert len(installs) == 2
    assert all("--require-hashes" in rest for rest in installs)


def test_the_image_has_every_extra_and_the_versions_that_are_tested() -> None:
    for name in PYPROJECT["project"]["optional-dependencies"]:
        assert f"--extra {name} " in LOCK.splitlines()[1]
    pins = _pins(LOCK)
    assert pins
    assert pins <= _pins((ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))


def test_nothing_that_builds_or_tests_is_in_the_image() -> None:
    names = {pin.partition("==")[0].partition("[")[0].lower() for pin in _pins(LOCK)}
    group = {re.split(r"[\[<>=; ]", line)[0].lower() for part in PYPROJECT["dependency-groups"].values() for line in part}
    assert names & group == set()
    assert _rests(1, "COPY") == ["--from=build /opt/akkoordwijzer /opt/akkoordwijzer"]
    assert any("--without-pip /opt/akkoordwijzer" in rest for rest in _rests(0, "RUN"))
    assert any("pip uninstall" in rest for rest in _rests(1, "RUN"))


def test_it_runs_a_command_without_root_and_writes_to_folders_of_its_own() -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", _rests(1, "USER")[0])
    assert _rests(1, "ENTRYPOINT") == ['["akkoordwijzer"]']
    assert command_of(re.findall(r'"(\w+)"', _rests(1, "CMD")[0])) == "telegram"
    environment = dict(part.split("=", 1) for part in _rests(1, "ENV")[0].split())
    assert str(settings_of(environment).data_dir) == "/data"
    assert environment["XDG_CACHE_HOME"] == "/cache"


def test_it_names_the_ports_on_which_the_program_listens() -> None:
    settings = settings_of({})
    listening = {settings.webhook_listen[1], settings.health_listen[1], settings.web_listen[1]}
    assert {int(port) for port in _rests(1, "EXPOSE")[0].split()} == listening
