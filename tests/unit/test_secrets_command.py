"""`callcenter secrets` makes what a deployment needs, once, for nobody but those who read it."""

from pathlib import Path

from callcenter.http.signing import readable
from callcenter.secret_files import secret_in
from services.cli.secret_files import SECRETS
from tests.unit.test_cli import callcenter


async def test_secrets_are_made_once_and_not_shown(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    first = await callcenter("secrets", str(folder))
    assert first.code == 0
    kept = {path.name: secret_in(path) for path in folder.iterdir()}
    assert set(kept) == set(SECRETS)
    assert len(set(kept.values())) == len(kept)
    assert all(len(secret) >= 32 and secret not in first.out for secret in kept.values())
    readable(kept["webhook_secret"])
    readable(kept["actions_secret"])

    (folder / "redis_password").unlink()
    again = await callcenter("secrets", str(folder))
    assert "redis_password" in again.out
    assert "rabbitmq_password" not in again.out
    new = {path.name: secret_in(path) for path in folder.iterdir()}
    assert {name for name in kept if new[name] != kept[name]} == {"redis_password"}
    assert "already" in (await callcenter("secrets", str(folder))).out


async def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = await callcenter("secrets", str(tmp_path / "file" / "below"))
    assert ended.code == 2
    assert "cannot be written" in ended.err
