"""What is sealed can be opened with the same key for the same owner, and by nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store.vault import PREFIX, Unreadable, Vault, new_secret

pytestmark = pytest.mark.store


def test_a_secret_comes_out_as_it_went_in(tmp_path: Path) -> None:
    secret, path = new_secret(), tmp_path / "keys" / "secrets.key"

    kept = Vault(path).seal(secret, owner="channel:mail")

    assert secret[len(PREFIX) :] not in kept
    assert Vault(path).open(kept, owner="channel:mail") == secret
    assert Vault(path).seal(secret, owner="channel:mail") != kept
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_of_no_use_elsewhere(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "a")
    kept = vault.seal(new_secret(), owner="channel:mail")

    for other, owner in ((vault, "channel:chat"), (Vault(tmp_path / "b"), "channel:mail")):
        with pytest.raises(Unreadable):
            other.open(kept, owner=owner)


@pytest.mark.parametrize(
    "kept", ["", "sealed", "sealed::", "sealed:{name}:", "sealed:{name}:AAAA", "sealed:{name}:\u00e5", "other:x:y"]
)
def test_what_was_never_sealed_is_not_opened(tmp_path: Path, kept: str) -> None:
    vault = Vault(tmp_path / "key")
    name = vault.seal("x", owner="o").split(":")[1]

    with pytest.raises(Unreadable):
        vault.open(kept.replace("{name}", name), owner="o")


def test_a_secret_from_before_there_was_a_vault_is_as_it_is(tmp_path: Path) -> None:
    assert Vault(tmp_path / "key").open("whsec_b2xk", owner="o") == "whsec_b2xk"
    assert not (tmp_path / "key").exists()


def test_processes_that_need_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    vaults = [Vault(tmp_path / "key") for _ in range(16)]

    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(lambda vault: vault.seal("whsec_c2FtZQ==", owner="o"), vaults))

    assert {Vault(tmp_path / "key").open(one, owner="o") for one in kept} == {"whsec_c2FtZQ=="}


@pytest.mark.parametrize("content", [b"", b"short", b"!!!!", b"A" * 44])
def test_a_file_that_is_no_key_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)

    with pytest.raises(Unreadable, match="is no key of 32 bytes"):
        Vault(tmp_path / "key").seal("x", owner="o")
