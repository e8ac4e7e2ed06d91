"""deploy/kubernetes: held to Kubernetes' own schemas, to each other, and to what the program reads and answers."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from bot.telegram.service import STOP_PATIENCE
from tests.deploy.conftest import Ask
from tests.deploy.containerfile import instructions
from tests.deploy.reading import DEPLOY_TOKEN, command_of, settings_of
from tests.paths import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
FILLED_IN = {"TELEGRAM_BOT_TOKEN": DEPLOY_TOKEN, "TELEGRAM_WEBHOOK_SECRET": "geheim", "OPENSEARCH_USER": "u", "OPENSEARCH_PASSWORD": "p"}
Manifest = dict[str, Any]


def _manifests() -> Iterator[Manifest]:
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


MANIFESTS = list(_manifests())
TEMPLATES = {each["metadata"]["name"]: each["spec"]["template"] for each in MANIFESTS if each["kind"] in ("Deployment", "Job")}


def _one(kind: str, name: str) -> Manifest:
    (manifest,) = [each for each in MANIFESTS if each["kind"] == kind and each["metadata"]["name"] == name]
    return manifest


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_a_manifest_is_one_of_kubernetes(manifest: Manifest) -> None:
    schemas = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    # The oldest that is taken for granted here, and the newest that is known.
    for version in ("1.30", schemas.latest_version()):
        schemas.validate(manifest, version, strict=True)


def test_settings_are_those_of_the_program() -> None:
    given = {**_one("ConfigMap", "akkoordwijzer")["data"], **_one("Secret", "akkoordwijzer")["stringData"]}
    settings = settings_of({**given, **FILLED_IN, "KNOWLEDGE_DIR": "/knowledge"})
    assert settings.engine == "opensearch"
    assert settings.state_url
    assert {name for name, text in given.items() if not text} >= FILLED_IN.keys(), "the example holds no secret"


def test_a_pod_has_no_rights_and_writes_to_folders_of_its_own() -> None:
    (user,) = [rest for _, name, rest in instructions() if name == "USER"]
    for template in TEMPLATES.values():
        pod = template["spec"]
        (container,) = pod["containers"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == user
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")} == {"/tmp", "/cache", "/data"}
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
        assert {each["configMapRef" if "configMapRef" in each else "secretRef"]["name"] for each in container["envFrom"]} == {
            "akkoordwijzer"
        }
        for volume in pod["volumes"]:
            if "configMap" in volume:
                assert _one("ConfigMap", volume["configMap"]["name"])
            if "persistentVolumeClaim" in volume:
                assert _one("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])


async def test_probes_ask_what_the_program_answers(ask_bot: Ask, ask_web: Ask) -> None:
    settings = settings_of({**_one("ConfigMap", "akkoordwijzer")["data"], **FILLED_IN})
    listening = {"health": settings.health_listen[1], "webhook": settings.webhook_listen[1], "pages": settings.web_listen[1]}
    for name, ask in (("akkoordwijzer-bot", ask_bot), ("akkoordwijzer-web", ask_web)):
        (container,) = TEMPLATES[name]["spec"]["containers"]
        for port in container["ports"]:
            assert port["containerPort"] == listening[port["name"]]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container[probe]["httpGet"]
            assert asked["port"] in {port["name"] for port in container["ports"]}
            assert await ask(asked["path"]) == 200


def test_readiness_and_liveness_of_a_bot_are_apart() -> None:
    (container,) = TEMPLATES["akkoordwijzer-bot"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_two_bots_of_which_one_stays_and_each_may_finish() -> None:
    bots, budget = _one("Deployment", "akkoordwijzer-bot"), _one("PodDisruptionBudget", "akkoordwijzer-bot")
    assert bots["spec"]["replicas"] == 2
    assert budget["spec"]["minAvailable"] == 1
    (container,) = TEMPLATES["akkoordwijzer-bot"]["spec"]["containers"]
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert TEMPLATES["akkoordwijzer-bot"]["spec"]["terminationGracePeriodSeconds"] > before + STOP_PATIENCE


def test_what_selects_pods_finds_them() -> None:
    for manifest in MANIFESTS:
        if manifest["kind"] in ("Deployment", "PodDisruptionBudget"):
            selector = manifest["spec"]["selector"]["matchLabels"]
        elif manifest["kind"] == "Service":
            selector = manifest["spec"]["selector"]
        else:
            continue
        template = TEMPLATES[manifest["metadata"]["name"]]
        assert selector == template["metadata"]["labels"]
        if manifest["kind"] == "Service":
            named = {port["name"] for port in template["spec"]["containers"][0]["ports"]}
            assert {port["targetPort"] for port in manifest["spec"]["ports"]} <= named


def test_telegram_comes_in_where_the_bots_are() -> None:
    ingress, settings = _one("Ingress", "akkoordwijzer"), _one("ConfigMap", "akkoordwijzer")["data"]
    (rule,) = ingress["spec"]["rules"]
    webhook = urlsplit(settings["TELEGRAM_WEBHOOK_URL"])
    assert rule["host"] == webhook.hostname
    assert ingress["spec"]["tls"][0]["hosts"] == [webhook.hostname]
    services = {path["path"]: path["backend"]["service"] for path in rule["http"]["paths"]}
    assert services[webhook.path]["name"] == "akkoordwijzer-bot"
    for service in services.values():
        ports = _one("Service", service["name"])["spec"]["ports"]
        assert service["port"]["name"] in {port["name"] for port in ports}


def test_containers_run_commands_of_the_program() -> None:
    commands = {name: command_of(template["spec"]["containers"][0]["args"]) for name, template in TEMPLATES.items()}
    assert commands == {"akkoordwijzer-bot": "telegram", "akkoordwijzer-web": "web", "akkoordwijzer-load": "load"}
