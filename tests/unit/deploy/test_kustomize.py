"""Manifests: whole, hardened, closed by default, and of this release."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from scripts._linting import manifests
from tests.unit.deploy.deployed import (
    API_PATHS,
    KUSTOMIZE,
    ROOT,
    WORKER_PATHS,
    documents,
    literal_secrets,
    read_yaml,
    strings,
    unknown,
)
from tilbake.settings import Settings
from tilbake.version import VERSION

pytestmark = pytest.mark.unit

OVERLAYS = ("staging", "production")
KUSTOMIZATIONS = [KUSTOMIZE / "base", *(KUSTOMIZE / "overlays" / name for name in OVERLAYS)]
RESOURCES = [one for path in manifests() for one in documents(ROOT / path)]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in RESOURCES
    if one["kind"] in {"Deployment", "Job"}
}
CONTAINERS = [
    (name, pod, container)
    for name, pod in PODS.items()
    for container in [*pod.get("initContainers", []), *pod["containers"]]
]
EACH_CONTAINER = [pytest.param(pod, one, id=f"{name}-{one['name']}") for name, pod, one in CONTAINERS]


def kustomization(folder: Path) -> dict[str, Any]:
    return dict(read_yaml(folder / "kustomization.yaml"))


def literals(folder: Path) -> dict[str, str]:
    (generator,) = kustomization(folder)["configMapGenerator"]
    return dict(literal.partition("=")[::2] for literal in generator["literals"])


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in RESOURCES if one["kind"] == kind]


@pytest.mark.parametrize("folder", KUSTOMIZATIONS, ids=lambda folder: folder.name)
def test_every_file_is_listed_and_every_listed_file_is_there(folder: Path) -> None:
    said = kustomization(folder)
    listed = {*said["resources"], *(one["path"] for one in said.get("patches", []) if "path" in one)}
    files = {path.name for path in folder.iterdir()} - {"kustomization.yaml"}

    assert {one for one in listed if not one.startswith("..")} == files
    assert all((folder / one).is_dir() for one in listed if one.startswith(".."))


@pytest.mark.parametrize(("pod", "container"), EACH_CONTAINER)
def test_a_container_is_restricted(pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize(("pod", "container"), EACH_CONTAINER)
def test_a_container_is_given_settings_and_no_secret(pod: dict[str, Any], container: dict[str, Any]) -> None:
    environment = {one["name"]: one.get("value", "") for one in container.get("env", [])}
    secret = {one["name"] for one in pod["volumes"] if "secret" in one}
    mounted = {one["mountPath"] for one in container["volumeMounts"] if one["name"] in secret}
    files = [value for name, value in (environment | literals(KUSTOMIZE / "base")).items() if name.endswith("_FILE")]

    assert unknown(environment) == set()
    assert literal_secrets(environment) == []
    assert container["envFrom"] == [{"configMapRef": {"name": "settings"}}]
    assert {value.rpartition("/")[0] for value in files} == mounted


def test_secrets_are_named_and_never_written() -> None:
    assert of_kind("Secret") == []
    assert [text for one in RESOURCES for text in strings(one) if re.search(r"://[^/]*:[^/]*@", text)] == []
    assert {
        one["secret"]["secretName"] for pod in PODS.values() for one in pod["volumes"] if "secret" in one
    } == {"tilbake", "tilbake-owner"}  # fmt: skip
    assert [name for name, pod in PODS.items() if "tilbake-owner" in strings(pod)] == ["migrate"]


@pytest.mark.parametrize(("name", "paths"), [("api", API_PATHS), ("worker", WORKER_PATHS)])
def test_probes_ask_routes_on_ports_that_are_listened_on(name: str, paths: set[str]) -> None:
    (container,) = PODS[name]["containers"]
    probes = [container[probe]["httpGet"] for probe in container if probe.endswith("Probe")]
    environment = {one["name"]: one["value"] for one in container["env"]}
    (port,) = container["ports"]
    variable = {"api": "TILBAKE_API_PORT", "worker": "TILBAKE_WORKER_METRICS_ADDRESS"}[name]

    assert {probe["port"] for probe in probes} == {port["name"]}
    assert {probe["path"] for probe in probes} <= paths
    assert environment[variable].rpartition(":")[2] == str(port["containerPort"])


def test_an_api_is_sent_requests_when_it_is_ready_and_has_time_to_drain() -> None:
    (api,) = PODS["api"]["containers"]
    drain = int({one["name"]: one["value"] for one in api["env"]}["TILBAKE_DRAIN_SECONDS"])
    ready = api["readinessProbe"]

    assert ready["httpGet"]["path"] == "/readyz"
    assert api["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert ready["periodSeconds"] * ready["failureThreshold"] < drain
    assert PODS["api"]["terminationGracePeriodSeconds"] >= drain + 10


@pytest.mark.parametrize("name", ["api", "worker"])
def test_nothing_begins_before_its_schema_is_there(name: str) -> None:
    (waiting,) = PODS[name]["initContainers"]

    assert waiting["command"] == ["python", "-m", "tilbake", "migrate", "--check"]
    assert PODS["migrate"]["containers"][0]["command"] == ["python", "-m", "tilbake", "migrate"]


def test_a_budget_keeps_one_of_each() -> None:
    budgets = {one["metadata"]["name"]: one["spec"] for one in of_kind("PodDisruptionBudget")}

    assert budgets.keys() == {one["metadata"]["name"] for one in of_kind("Deployment")}
    for name, budget in budgets.items():
        assert budget["minAvailable"] == 1
        assert budget["selector"]["matchLabels"] == {"app.kubernetes.io/component": name}


def test_the_network_is_closed_but_for_what_is_said() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    callers = {name: one["ingress"] for name, one in policies.items() if "ingress" in one}

    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert callers.keys() == {"api", "worker"}
    assert all("from" in rule and "ports" in rule for rules in callers.values() for rule in rules)
    assert all("to" in rule and "ports" in rule for one in policies.values() for rule in one.get("egress", []))


def test_the_way_out_leads_to_public_addresses_alone() -> None:
    """What the service itself takes for public (domain.outgoing.receivers) is not cut off, and nothing inside is let through."""
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    blocks = [
        one["ipBlock"]
        for name in ("api", "worker")
        for rule in policies[name]["egress"]
        for one in rule["to"]
        if "ipBlock" in one
    ]
    inside = ("10.1.2.3", "100.64.1.2", "169.254.169.254", "172.16.5.4", "192.168.1.1", "fd00::1", "fe80::1", "::1")

    assert len(blocks) == 4
    for address in (*inside, "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        is_let_through = any(
            ip_address(address) in ip_network(one["cidr"])
            and not any(ip_address(address) in ip_network(cut) for cut in one.get("except", []))
            for one in blocks
        )
        assert is_let_through is (address not in inside), address


def test_the_migration_is_given_what_it_reaches_the_database_by_and_no_other_secret() -> None:
    given = {
        item["key"]
        for volume in PODS["migrate"]["volumes"]
        if volume.get("secret", {}).get("secretName") == "tilbake"
        for item in volume["secret"]["items"]
    }

    assert given == {"database_url", "postgres_ca"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_names_every_image_by_this_release(overlay: str) -> None:
    images = {one["name"]: one["newTag"] for one in kustomization(KUSTOMIZE / "overlays" / overlay)["images"]}

    assert images.keys() == {container["image"] for _, _, container in CONTAINERS}
    assert set(images.values()) == {VERSION}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_service_begins_with_what_an_overlay_says(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text(
        "postgresql://tilbake_app:x@postgres/tilbake?sslmode=verify-full&sslrootcert=ca"
    )
    given = literals(KUSTOMIZE / "base") | literals(KUSTOMIZE / "overlays" / overlay)
    here = {name: value.replace("/run/secrets/tilbake", str(tmp_path)) for name, value in given.items()}

    settings = Settings.from_environment(here)

    assert unknown(given) == set()
    assert literal_secrets(given) == []
    assert settings.mode == "production"
    assert settings.passes_ui_on


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_of_an_overlay_are_held_to_the_restricted_standard(overlay: str) -> None:
    (namespace,) = documents(KUSTOMIZE / "overlays" / overlay / "namespace.yaml")

    assert namespace["metadata"]["name"] == kustomization(KUSTOMIZE / "overlays" / overlay)["namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
