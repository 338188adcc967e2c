"""Snapshots travel by SSH and S3, to and from real servers on this machine; refusals are said."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import requests
from conftest import History
from moto.server import ThreadedMotoServer
from versioned_copy import NOTHING, TRAINED, VersionedCopy, error_lines

from tests.workflow.repository_copy import DEADLINE_S, POLL_S

pytestmark = pytest.mark.workflow

BUCKET = "nice-to-know"
UNLIMITED = 10**9


@dataclass(frozen=True)
class Server:
    """A remote: DVC's settings, the environment that holds who we are, and how to be nobody."""

    options: dict[str, str]
    environment: dict[str, str]
    refuse: Callable[[], dict[str, str]]
    """Makes the server refuse us; the settings to be refused with."""
    accept: Callable[[], None]


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """OpenSSH's server, for the user who runs the tests."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no sshd here: apt-get install openssh-server")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "ours", "strangers"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(command, check=True)
    shutil.copy(folder / "ours.pub", folder / "authorized_keys")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    (folder / ".ssh").mkdir()
    host = (folder / "host.pub").read_text()
    (folder / ".ssh/known_hosts").write_text(f"[127.0.0.1]:{port} {host}")
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nSubsystem sftp internal-sftp\n"
    )
    log = folder / "log"
    command = [program, "-D", "-f", folder / "sshd_config", "-E", log]
    server = subprocess.Popen(command)
    try:
        _wait_for(port, server, log)
        options = {
            "url": f"ssh://127.0.0.1:{port}{folder}/remote",
            "user": os.environ.get("USER") or subprocess.getoutput("id -un"),
            "keyfile": str(folder / "ours"),
        }
        stranger = options | {"keyfile": str(folder / "strangers")}
        yield Server(options, {"HOME": str(folder)}, lambda: stranger, lambda: None)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def s3() -> Iterator[Server]:
    """A server that speaks S3, and asks who we are when it is told to."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    keys = {"AWS_ACCESS_KEY_ID": "ours", "AWS_SECRET_ACCESS_KEY": "secret"}
    boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    ).create_bucket(Bucket=BUCKET)
    options = {"url": f"s3://{BUCKET}/dvc", "endpointurl": address, "region": "us-east-1"}

    def unchecked(requests_: int) -> dict[str, str]:
        """Let so many requests pass before credentials are looked at; nobody has any there."""
        requests.post(f"{address}/moto-api/reset-auth", data=str(requests_), timeout=DEADLINE_S)
        return options

    unchecked(UNLIMITED)
    yield Server(options, keys, lambda: unchecked(0), lambda: unchecked(UNLIMITED) and None)
    server.stop()


@pytest.mark.parametrize("kind", ["ssh", "s3"])
def test_a_snapshot_travels(
    kind: str,
    request: pytest.FixtureRequest,
    mine: VersionedCopy,
    fresh: VersionedCopy,
    history: History,
) -> None:
    """Pushed here, refused there, then pulled there."""
    server: Server = request.getfixturevalue(kind)
    mine.set_remote(server.options)
    assert "Pushed to the remote 'store'" in mine.succeed("snapshot", **server.environment)
    fresh.set_remote(server.refuse())
    status, output = fresh.make("restore", **server.environment)
    assert status != 0
    (line,) = error_lines(output)
    assert line.startswith("error: dvc fetch: ")
    assert "access is refused: check the remote's credentials" in line
    assert "Traceback" not in output
    assert not (fresh.root / TRAINED).exists()
    server.accept()
    fresh.set_remote(server.options)
    assert NOTHING in fresh.succeed("restore", **server.environment)
    assert fresh.big_files() == history.second_files


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(POLL_S)
        else:
            return
    raise AssertionError(f"sshd does not answer: {log.read_text()}")
