"""What the files of deploy/ give to each container, with secrets where they lie here."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.unit.deploy.deployed import DEPLOY, KUSTOMIZE
from tests.unit.deploy.test_compose import environment_of
from tests.unit.deploy.test_containers import variables
from tests.unit.deploy.test_kustomize import PODS, literals


@dataclass(frozen=True, slots=True)
class Given:
    """The environment of a container: that of its image, and that of the file."""

    environment: dict[str, str]


def make_secrets(folder: Path, *, port: int) -> Path:
    """What make-secrets writes, Postgres being here, and what Kubernetes is given beside it."""
    script = shutil.copy(DEPLOY / "compose" / "make-secrets", folder / "make-secrets")
    subprocess.run([script], check=True, capture_output=True)
    secrets = folder / "secrets"
    for name in ("database_url", "owner_database_url"):
        _rewrite(secrets / name, (secrets / name).read_text().replace("@postgres:5432/", f"@127.0.0.1:{port}/"))
    (secrets / "metrics_token").write_text("a token of Prometheus\n")
    return secrets


def _rewrite(file: Path, text: str) -> None:
    file.chmod(0o600)
    file.write_text(text)


def compose_gives(service: str, secrets: Path, home: Path) -> Given:
    """To a service of compose.yaml, with the answers of env.example."""
    return Given(_image("worker" if service == "worker" else "api", home) | environment_of(service, secrets))


def kustomize_gives(overlay: str) -> Callable[[str, Path, Path], Given]:
    """To the one container of a pod, in an overlay."""

    def gives(pod: str, secrets: Path, home: Path) -> Given:
        (container,) = PODS[pod]["containers"]
        own = {one["name"]: one["value"] for one in container.get("env", [])}
        said = literals(KUSTOMIZE / "base") | literals(KUSTOMIZE / "overlays" / overlay) | own
        here = {
            name: value.replace("/run/secrets/tilbake", str(secrets)).replace("/run/secrets/owner", str(secrets))
            for name, value in said.items()
        }
        return Given(_image(container["image"].removeprefix("tilbake-"), home) | here)

    return gives


def _image(target: str, home: Path) -> dict[str, str]:
    """What the image says itself; /tmp is a directory of the test."""
    said = {name: value for stage in ("service", target) for name, value in variables(stage).items()}
    return {name: value.replace("/tmp", str(home)) for name, value in said.items()}
