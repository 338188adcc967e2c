"""A SLURM cluster of several nodes on this one machine, thrown away afterwards.

    python tests/slurm/cluster.py up FOLDER [--nodes 2] [--cpus 2] [--accounting]
    eval "$(python tests/slurm/cluster.py env FOLDER)" && sinfo
    python tests/slurm/cluster.py down FOLDER

Debian's packages munge, slurmctld, slurmd and slurm-client must be installed (with accounting
slurmdbd and mariadb-server too); their own services are not used. Every daemon runs in the
foreground under a recorded process id, with key, sockets, spool and logs below FOLDER.
"""

import argparse
import getpass
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DEADLINE_S = 60.0
POLL_S = 0.05
DAEMONS = ("munged", "slurmctld", "slurmd")
ACCOUNTING_DAEMONS = ("slurmdbd", "mariadbd", "mariadb-install-db")
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"

# Timings are short, so that a fault is noticed within seconds. `pgid` kills a job's processes by
# their group, also below a container's init. Fake GPUs are counted and bound to jobs as real ones.
SLURM_CONF = """\
ClusterName=throwaway
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.%n.log
SlurmctldPidFile={folder}/slurmctld.pidfile
SlurmdPidFile={folder}/slurmd.%n.pidfile
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0
ReturnToService=2
MpiDefault=none
GresTypes=gpu
MinJobAge=3600
KillWait=2
SlurmdTimeout=15
SlurmctldTimeout=10
InactiveLimit=0
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/{storage}
{accounting}
NodeName=n[1-{nodes}] Gres=gpu:1 NodeHostname={host} NodeAddr=127.0.0.1 Port=[{ports}] \
CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP PriorityTier=10 PreemptMode=OFF
PartitionName=low Nodes=ALL MaxTime=60 State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=lowest Nodes=ALL MaxTime=60 State=UP PriorityTier=1 PreemptMode=CANCEL
"""

ACCOUNTING = """\
AccountingStorageHost=127.0.0.1
AccountingStoragePort={dbd}
AccountingStoragePass={folder}/munge.socket
AccountingStorageEnforce=associations
"""

SLURMDBD_CONF = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={dbd}
SlurmUser={user}
LogFile={folder}/log/slurmdbd.log
PidFile={folder}/slurmdbd.pidfile
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={sql}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct
"""


def edit_profile(path: Path, lines: Mapping[str, str]) -> None:
    """Write values into a profile, wherever their keys are, lines that are commented out too."""
    text = path.read_text()
    for key, value in lines.items():
        line = re.compile(rf"(?m)^( *)(?:# )?({re.escape(key)}): .*$")
        text, changed = line.subn(rf"\g<1>\g<2>: {value}", text)
        if not changed:
            raise ValueError(f"{path} has no line for {key}")
    path.write_text(text)


def obstacle(accounting: bool = False) -> str | None:
    """Why no cluster can be started here, in words for whoever reads the tests' summary."""
    if os.geteuid() != 0:
        return "a SLURM cluster is only started as root"
    needed = DAEMONS + (ACCOUNTING_DAEMONS if accounting else ())
    missing = [name for name in needed if shutil.which(name, path=PATH) is None]
    packages = "munge slurmctld slurmd slurm-client"
    packages += " slurmdbd mariadb-server" if accounting else ""
    return f"{', '.join(missing)} not found: apt-get install {packages}" if missing else None


def wait_until(happened: Callable[[], object], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Return as soon as `happened()`; TimeoutError says `what` did not come."""
    deadline = time.monotonic() + deadline_s
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {deadline_s:.0f} s still not: {what}")
        time.sleep(POLL_S)


@dataclass(frozen=True)
class Cluster:
    """The cluster whose files lie in `folder`, an absolute path short enough for a socket."""

    folder: Path
    nodes: int = 2
    cpus: int = 2
    memory: int = 4000
    """MB of each node, as far as SLURM knows."""
    accounting: bool = False

    def up(self) -> None:
        """Start everything and wait until all nodes are idle; what was started goes on failure."""
        for part in ("log", "pid", "state", "bin"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self._write_configuration()
        try:
            self._start_munge()
            if self.accounting:
                self._start_database()
            self.start_controller()
            for node in self.names:
                self.start_node(node)
            self.wait_idle()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """Stop every daemon that was started here, jobs included."""
        pids = self.folder / "pid"
        if (pids / "slurmctld").exists():
            self.run("scancel", "--user", getpass.getuser(), check=False)
        for name in [*self.names, "slurmctld", "slurmdbd", "mariadbd", "munged"]:
            self.stop(name)

    @property
    def names(self) -> list[str]:
        """The nodes' names."""
        return [f"n{number}" for number in range(1, self.nodes + 1)]

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find this cluster.

        The executor's job steps drop SLURM_CONF before they call srun: hence an `srun` of our own.
        """
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": f"{self.folder}/bin:{PATH}"}

    def run(self, *command: str, check: bool = True) -> str:
        """What one of SLURM's commands prints here."""
        environment = os.environ | self.environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def idle(self) -> set[str]:
        """The nodes that wait for jobs."""
        states = self.run("sinfo", "-h", "-N", "-p", "main", "-o", "%N %t", check=False)
        return {line.split()[0] for line in states.splitlines() if line.endswith(" idle")}

    def wait_idle(self) -> None:
        """Return when all nodes wait for jobs."""
        wait_until(lambda: self.idle() == set(self.names), f"{self.nodes} idle nodes")

    def start_controller(self) -> None:
        """Start slurmctld, which reads what it saved if it ran here before."""
        self._start("slurmctld", "slurmctld", "-D")

    def start_node(self, node: str) -> None:
        """Start the slurmd of one node."""
        (self.folder / f"spool.{node}").mkdir(exist_ok=True)
        self._start(node, "slurmd", "-D", "-N", node)

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop one daemon, by its node's or its own name, and wait until it is gone."""
        recorded = self.folder / "pid" / name
        if not recorded.exists():
            return
        pid = int(recorded.read_text())
        recorded.unlink()
        if not _runs(pid):
            return
        os.kill(pid, how)
        try:
            wait_until(lambda: not _runs(pid), f"{name} stopped", 20)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)

    def _start(self, name: str, *command: str) -> None:
        with open(self.folder / "log" / f"{name}.out", "ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | self.environment,
                start_new_session=True,
            )
        (self.folder / "pid" / name).write_text(str(process.pid))

    def _start_munge(self) -> None:
        private = self.folder / "munge"
        private.mkdir(exist_ok=True)
        private.chmod(0o700)
        key, served = private / "key", self.folder / "munge.socket"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o600)
        self._start(
            "munged",
            "munged",
            "--foreground",
            "--force",
            f"--key-file={key}",
            f"--socket={served}",
            f"--pid-file={private}/pid",
            f"--log-file={private}/log",
            f"--seed-file={private}/seed",
        )
        wait_until(lambda: _succeeds("munge", "-n", "-S", str(served)), "munge answers")

    def _start_database(self) -> None:
        data, served = self.folder / "mysql", self.folder / "mysql.socket"
        user = getpass.getuser()
        install = ["mariadb-install-db", "--no-defaults", f"--user={user}", f"--datadir={data}"]
        install += ["--skip-test-db", f"--auth-root-socket-user={user}"]
        install += ["--auth-root-authentication-method=socket"]
        subprocess.run(install, check=True, capture_output=True)
        self._start(
            "mariadbd",
            "mariadbd",
            "--no-defaults",
            f"--user={user}",
            f"--datadir={data}",
            f"--socket={served}",
            "--bind-address=127.0.0.1",
            f"--port={(self.folder / 'sql.port').read_text()}",
        )
        client = ["mariadb", "--no-defaults", "-S", str(served), "-e"]
        wait_until(lambda: _succeeds(*client, "select 1"), "the database answers")
        grant = "grant all on slurm_acct.* to slurm@{0} identified by 'slurm';"
        hosts = ("'127.0.0.1'", "localhost")
        subprocess.run([*client, "".join(grant.format(host) for host in hosts)], check=True)
        self._start("slurmdbd", "slurmdbd", "-D")
        wait_until(lambda: _succeeds_with(self, "sacctmgr", "-n", "show", "cluster"), "slurmdbd")
        self.run("sacctmgr", "-i", "add", "cluster", "throwaway")
        self.run("sacctmgr", "-i", "add", "account", "ours")
        self.run("sacctmgr", "-i", "add", "user", user, "account=ours")

    def _write_configuration(self) -> None:
        ctld, dbd, sql, *slurmd = _free_ports(3 + self.nodes)
        facts = {
            "folder": self.folder,
            "host": socket.gethostname().split(".")[0],
            "user": getpass.getuser(),
            "ctld": ctld,
            "dbd": dbd,
            "sql": sql,
            "ports": ",".join(map(str, slurmd)),
            "nodes": self.nodes,
            "cpus": self.cpus,
            "memory": self.memory,
            "storage": "slurmdbd" if self.accounting else "none",
        }
        facts["accounting"] = ACCOUNTING.format(**facts) if self.accounting else ""
        (self.folder / "slurm.conf").write_text(SLURM_CONF.format(**facts))
        gpus = f"NodeName=n[1-{self.nodes}] Name=gpu File=/dev/null\n"
        (self.folder / "gres.conf").write_text(gpus)
        (self.folder / "slurmdbd.conf").write_text(SLURMDBD_CONF.format(**facts))
        (self.folder / "slurmdbd.conf").chmod(0o600)
        (self.folder / "sql.port").write_text(str(sql))
        shim = self.folder / "bin" / "srun"
        real = shutil.which("srun", path=PATH)
        shim.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {real} "$@"\n')
        shim.chmod(0o755)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, found together so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return sorted(each.getsockname()[1] for each in sockets)
    finally:
        for each in sockets:
            each.close()


def _runs(pid: int) -> bool:
    """Whether a process is there and has not ended; one of our own that has ended is reaped."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _succeeds_with(cluster: Cluster, *command: str) -> bool:
    environment = os.environ | cluster.environment
    return subprocess.run(command, capture_output=True, env=environment).returncode == 0


def main(arguments: list[str] | None = None) -> int:
    """Start or stop a cluster, or print what finds it; 1 where none can be started here."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("action", choices=["up", "down", "env"])
    parser.add_argument("folder", type=Path, help="a short path, such as one of `mktemp -d`")
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--cpus", type=int, default=2, help="of each node")
    parser.add_argument("--accounting", action="store_true", help="with slurmdbd")
    given = parser.parse_args(arguments)
    folder = given.folder.absolute()
    cluster = Cluster(folder, given.nodes, given.cpus, accounting=given.accounting)
    if given.action == "up":
        reason = obstacle(given.accounting)
        if reason:
            print(f"error: {reason}", file=sys.stderr)
            return 1
        cluster.up()
    elif given.action == "down":
        recorded = len(list(folder.glob("spool.n*")))
        Cluster(folder, recorded).down()
    else:
        for name, value in cluster.environment.items():
            print(f"export {name}='{value}'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
