"""A Slurm of its own on the loopback interface: one controller, two nodes, and munge between them.

Everything lies in one folder, every process is a child of this one and is ended by its id. Each node is a
namespace of processes, so that a node dies as a machine does: with all that runs on it.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

CONFIGURATION = """
ClusterName=mapwright
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
# A requeued task waits until its credential is over.
AuthInfo=socket={folder}/munge.sock,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0,sched_min_interval=0,max_rpc_cnt=0
SlurmdParameters=config_overrides
SlurmdTimeout=6
SlurmctldTimeout=10
MessageTimeout=5
TCPTimeout=2
KillWait=5
InactiveLimit=0
MinJobAge=3600
CompleteWait=0
ReturnToService=2
JobRequeue=1
NodeName=n0 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=8000 State=UNKNOWN
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=n[0-1] Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait(seconds, what, condition):
    """Waits until a condition holds; gives its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise TimeoutError(f"waited {seconds} s in vain until {what}")


class Cluster:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.processes = {}
        host = socket.gethostname()
        text = CONFIGURATION.format(host=host, folder=folder, ports=free_ports(3))
        for name in ["state", "spool.n0", "spool.n1"]:
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "slurm.conf").write_text(text)
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o600)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("SLURM")
        } | {"SLURM_CONF": str(self.folder / "slurm.conf")}

    # Processes

    def start(self, name, words):
        log = open(self.folder / f"{name}.out", "ab")
        self.processes[name] = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            cwd=self.folder, start_new_session=True)

    def up(self):
        own = lambda name: f"{self.folder}/{name}"
        self.start("munged", [
            "munged", "--foreground", f"--socket={own('munge.sock')}", f"--key-file={own('munge.key')}",
            f"--pid-file={own('munged.pid')}", f"--seed-file={own('munge.seed')}",
            f"--log-file={own('munged.log')}"])
        wait(10, "munged listens", lambda: os.path.exists(own("munge.sock")))
        self.start_controller()
        for node in ["n0", "n1"]:
            self.start_node(node)
        self.wait_idle()

    def start_controller(self):
        self.start("slurmctld", ["slurmctld", "-D", "-f", f"{self.folder}/slurm.conf"])

    def start_node(self, node):
        # The shell is the first process of the node: it stays when the daemon alone is killed.
        daemon = f"slurmd -D -N {node} -f {self.folder}/slurm.conf & wait; exec sleep infinity"
        self.start(node, [
            "unshare", "--pid", "--mount-proc", "--fork", "--kill-child=SIGKILL", "sh", "-c", daemon])

    def kill(self, name):
        """Kills a process at once; a node with everything on it."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def daemon(self, node):
        """The process id of a node's daemon, seen from here."""
        return next(pid for pid in self.members(node) if command(pid)[:1] == ["slurmd"])

    def members(self, node):
        """The processes on a node, seen from here."""
        unshare = self.processes[node].pid
        first = children(unshare)
        if not first:
            return []
        space = os.readlink(f"/proc/{first[0]}/ns/pid")
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                if os.readlink(f"/proc/{entry}/ns/pid") == space:
                    found.append(int(entry))
            except OSError:
                continue
        return found

    def down(self):
        for name in list(self.processes)[::-1]:
            process = self.processes.pop(name)
            if name in ("n0", "n1"):
                process.kill()
            else:
                process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self):
        """The last words of everything that was started."""
        files = sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out"))
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-2000:]}" for path in files)

    # Commands

    def run(self, *words, check=True, **more):
        done = subprocess.run(
            words, env=self.environment | more, capture_output=True, text=True, cwd=self.folder)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.returncode} {done.stderr}")
        return done.stdout.strip()

    def sbatch(self, *words, **more):
        return self.run("sbatch", "--parsable", *words, **more).split(";")[0]

    def wait_idle(self):
        def are_idle():
            states = self.run("sinfo", "-h", "-N", "-o", "%N %T", check=False).split("\n")
            return states == ["n0 idle", "n1 idle"]
        wait(30, "both nodes are idle", are_idle)

    def tasks(self, job):
        """The tasks of an array by their number: state, node, and how often they were begun again."""
        text = self.run("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%K|%T|%N", check=False)
        rows = [line.split("|") for line in text.split("\n") if line.count("|") == 2]
        return {row[0]: (row[1], row[2]) for row in rows}

    def wait_saved(self):
        """Waits until the controller has just saved its jobs. One that dies with tasks begun since comes back without
        them: Slurm then drains the nodes that have them, and holds the tasks until an operator releases them."""
        state = self.folder / "state/job_state"
        before = state.stat().st_mtime_ns if state.exists() else 0
        wait(30, "the controller has saved its jobs", lambda: state.exists() and state.stat().st_mtime_ns != before)

    def wait_end(self, *jobs, seconds=120):
        over = {"COMPLETED", "FAILED", "CANCELLED", "NODE_FAIL", "TIMEOUT", "DEADLINE", "BOOT_FAIL"}

        def are_over():
            states = [state for job in jobs for state, _ in self.tasks(job).values()]
            return states and all(state in over for state in states)
        wait(seconds, f"jobs {jobs} are over", are_over)


def children(pid):
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command(pid):
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return [os.path.basename(words[0].decode())] + [word.decode() for word in words[1:-1]]
    except OSError:
        return []


def is_available():
    """Whether Slurm is installed, and this process may make namespaces."""
    programs = ["munged", "slurmctld", "slurmd", "sbatch", "unshare"]
    return os.getuid() == 0 and all(shutil.which(name) for name in programs) and subprocess.run(
        ["unshare", "--pid", "--mount-proc", "--fork", "true"], capture_output=True).returncode == 0
