"""Commands that are given another file than they ask for say so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tilbake.cli import main

pytestmark = pytest.mark.unit
README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["policy", "replay"], "The file {file} is not a policy in YAML or JSON (line "),
        (["conformance"], "{file}: this is not a file of cases in YAML (line "),
    ],
)
@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"a: [", b"\t- x"])
def test_another_file_is_named_in_one_sentence(
    command: list[str],
    said: str,
    content: bytes | None,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TILBAKE_TOKEN", "nobody")
    file = README if content is None else tmp_path / "other.yaml"
    if content is not None:
        file.write_bytes(content)

    code = main([*command, str(file)])

    (line,) = capsys.readouterr().err.splitlines()
    assert code == 2
    assert line.startswith(said.format(file=file).removesuffix("line "))
