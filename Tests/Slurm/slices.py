#!/usr/bin/env python3
"""Maps the sample region in slices under Slurm, disturbs it, and compares the bytes.

    Tests/Slurm/slices.py .build/release/mapwright [trial …]

Each trial freezes the plan, submits an array of eight tasks and, after them, `finalize`; what comes of it must
be the map and the outlines that one machine makes, byte for byte, with one commit record for each shard.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))
import cluster as slurm  # noqa: E402
from cluster import wait  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SLICES = 8

SLICE = """#!/bin/bash
#SBATCH --job-name=slice --cpus-per-task=1 --mem=900 --requeue --open-mode=append
#SBATCH --output={folder}/slice-%a.out --time=10
trap 'kill -TERM $slice; wait $slice; exit' TERM
echo "task $SLURM_ARRAY_TASK_ID restart ${{SLURM_RESTART_COUNT:-0}} on $SLURMD_NODENAME"
sleep ${{PAUSE:-0}}
TMPDIR={folder} {tool} run-slice --quiet --job {folder}/job & slice=$!
wait $slice; code=$?; echo "ended $code"; exit $code
"""

FINALIZE = """#!/bin/bash
#SBATCH --job-name=finalize --cpus-per-task=2 --mem=1800 --output={folder}/finalize.out --time=10
{tool} finalize --quiet --job {folder}/job --out {folder}/map
echo "ended $?"
"""


def outputs(run):
    """The hash of every file of the map and the outlines."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for stage in ["4-mosaicking", "5-footprints"]
        for path in sorted((run / stage).rglob("*")) if path.is_file()
    }


class Trial:
    """A frozen plan, and the scripts that map it."""

    def __init__(self, bench, name):
        self.bench, self.cluster = bench, bench.cluster
        self.folder = bench.folder / name
        self.folder.mkdir()
        bench.tool("plan", bench.pipeline, "--slices", SLICES, "--job", self.folder / "job")
        names = {"folder": self.folder, "tool": bench.path}
        (self.folder / "slice.sbatch").write_text(SLICE.format(**names))
        (self.folder / "finalize.sbatch").write_text(FINALIZE.format(**names))

    def submit(self, array=f"0-{SLICES - 1}", pause=0):
        return self.cluster.sbatch(f"--array={array}", str(self.folder / "slice.sbatch"), PAUSE=str(pause))

    def submit_end(self, *arrays):
        after = ",".join(f"afterany:{array}" for array in arrays)
        return self.cluster.sbatch(f"--dependency={after}", str(self.folder / "finalize.sbatch"))

    def commits(self):
        place = self.folder / "job/commits/infer"
        return sorted(place.iterdir()) if place.exists() else []

    def wait_commits(self, count=1):
        wait(60, f"{count} shards are committed", lambda: len(self.commits()) >= count)

    def log(self):
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.out")))

    def check(self):
        """Sees that the map is that of one machine, and that nothing was committed twice."""
        made = outputs(self.folder / "map")
        assert made == self.bench.wanted, f"other bytes\n{self.log()}"
        shards = json.loads((self.folder / "job/job.json").read_text())["shards"]["infer"]
        parts = list((self.folder / "job/parts").iterdir())
        assert len(self.commits()) == shards == len(parts), f"{len(self.commits())} {len(parts)}"
        left = list((self.folder / "job/.incoming").iterdir())
        return f"{shards} shards, {len(made)} files" + (f", {len(left)} unfinished" if left else "")


# The trials

def undisturbed(trial):
    array = trial.submit()
    trial.cluster.wait_end(array, trial.submit_end(array))


def node_killed(trial):
    """A machine dies in the middle of it; its tasks are begun again on the other."""
    array = trial.submit()
    end = trial.submit_end(array)
    trial.wait_commits(3)
    trial.cluster.kill("n1")
    trial.cluster.wait_end(array, end)
    trial.cluster.start_node("n1")
    trial.cluster.wait_idle()
    assert "restart 1" in trial.log(), "no task was begun again"


def controller_killed(trial):
    """The controller dies once it has saved what it does, and comes back."""
    array = trial.submit(pause=4)
    end = trial.submit_end(array)
    time.sleep(8)
    trial.cluster.wait_saved()
    trial.cluster.kill("slurmctld")
    time.sleep(1)
    trial.cluster.start_controller()
    trial.cluster.wait_end(array, end)
    trial.cluster.wait_idle()


def daemon_killed(trial):
    """A node's daemon alone dies: its tasks live on, and are begun again on the other node meanwhile."""
    cluster = trial.cluster
    array = trial.submit()
    end = trial.submit_end(array)
    trial.wait_commits(2)
    zombies = [pid for pid in cluster.members("n1") if slurm.command(pid)[:1] in (["mapwright"], ["exe"])]
    assert zombies, "nothing was running on the node"
    for pid in zombies:
        os.kill(pid, signal.SIGSTOP)
    os.kill(cluster.daemon("n1"), signal.SIGKILL)
    wait(60, "tasks are begun again", lambda: "restart 1" in trial.log())
    # Both copies are at work from now on.
    for pid in zombies:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    cluster.wait_end(array, end)
    wait(60, "the first copies are over", lambda: not [
        pid for pid in cluster.members("n1") if slurm.command(pid)[:2] == ["mapwright", "run-slice"]])
    cluster.kill("n1")
    cluster.start_node("n1")
    cluster.wait_idle()
    ended = [line for line in trial.log().split("\n") if line.startswith("ended ")]
    assert set(ended) == {"ended 0"} and len(ended) > SLICES + 1, ended


def requeued(trial):
    """Running tasks are put back into the queue by hand."""
    array = trial.submit()
    end = trial.submit_end(array)
    trial.wait_commits(2)
    running = [task for task, (state, _) in trial.cluster.tasks(array).items() if state == "RUNNING"]
    for task in running:
        trial.cluster.run("scontrol", "requeue", f"{array}_{task}", check=False)
    trial.cluster.wait_end(array, end)
    assert "restart 1" in trial.log(), "no task was begun again"


def cancelled(trial):
    """The array is cancelled; `finalize` tells what is left, and that is submitted."""
    array = trial.submit()
    end = trial.submit_end(array)
    trial.wait_commits(2)
    trial.cluster.run("scancel", array)
    trial.cluster.wait_end(array, end)
    assert "ended 75" in (trial.folder / "finalize.out").read_text(), trial.log()
    told = trial.bench.tool("finalize", "--json", "--job", trial.folder / "job", code=75)
    rest = trial.submit(json.loads(told)["array"])
    trial.cluster.wait_end(rest, trial.submit_end(rest))


def submitted_twice(trial):
    """Somebody submits the same array again while it is running."""
    arrays = [trial.submit(), trial.submit()]
    trial.cluster.wait_end(*arrays, trial.submit_end(*arrays))


def handed_over(trial):
    """`submit slurm` does it all; a task is told to stop, hands back its work, and puts itself into the queue."""
    job, cluster = trial.folder / "job", trial.cluster
    told = json.loads(trial.bench.tool(
        "submit", "slurm", "--job", job, "--map", trial.folder / "map", "--cores", 1, "--memory", "900MB",
        "--time", "10m", "--json", folder=trial.folder, environment=cluster.environment))
    array, end = told["submitted"]["arrays"][0], told["submitted"]["finalize"]
    trial.wait_commits()
    words = trial.bench.tool("status", "--job", job, environment=cluster.environment)
    assert "slurm" in words and f"finalize ({end}) pending" in words, words

    def in_the_middle():
        """The tasks that have committed something and go on: one that has just begun, Slurm does not tell."""
        begun = {int(path.stem) % SLICES for path in trial.commits()}
        found.extend(
            task for task, (state, _) in cluster.tasks(array).items() if state == "RUNNING" and int(task) in begun)
        return found
    found = []
    wait(30, "a task is in the middle of it", in_the_middle)
    cluster.run("scancel", "--batch", "--signal=TERM", f"{array}_{found[0]}", check=False)
    cluster.wait_end(array, end)
    assert any("stopped" in path.read_text() for path in trial.folder.glob("mapwright-*.log")), "no task was stopped"
    words = cluster.run("scontrol", "show", "job", array)
    assert "Restarts=1" in words, words


def two_hosts(trial):
    """Without Slurm: two hosts that share nothing but a folder, each with its own network."""
    def host(first):
        commands = "; ".join(
            f"TMPDIR={trial.folder} {trial.bench.path} run-slice --quiet --workers 1 "
            f"--job {trial.folder}/job --index {index} || exit" for index in range(first, SLICES, 2))
        # One slice is done on both.
        commands += f"; TMPDIR={trial.folder} {trial.bench.path} run-slice --job {trial.folder}/job --index 3"
        return subprocess.Popen(["unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork",
                                 "--uts", "sh", "-c", commands], stdout=subprocess.DEVNULL)
    hosts = [host(0), host(1)]
    codes = [each.wait() for each in hosts]
    assert codes == [0, 0], codes
    trial.bench.tool("finalize", "--quiet", "--job", trial.folder / "job", "--out", trial.folder / "map")


TRIALS = [
    undisturbed, node_killed, controller_killed, daemon_killed, requeued, cancelled, submitted_twice,
    handed_over, two_hosts,
]


class Bench:
    def __init__(self, tool, folder):
        self.path = Path(tool).resolve()
        self.folder = Path(folder)
        self.cluster = slurm.Cluster(self.folder / "cluster")
        text = (ROOT / "pipelines/buildings.yaml").read_text()
        text = text.replace("../sample-data", str(ROOT / "sample-data"))
        # Chips of half the side, and one to a shard: enough work for eight slices.
        text = text.replace("chip_px: auto ", "chip_px: 512 ").replace("shard_px: auto ", "shard_px: 384 ")
        self.pipeline = self.folder / "pipeline.yaml"
        self.pipeline.write_text(text)
        self.tool("map", self.pipeline, "--quiet", "--out", self.folder / "alone")
        self.wanted = outputs(self.folder / "alone")

    def tool(self, *words, code=0, folder=None, environment=None):
        done = subprocess.run(
            [str(self.path), *map(str, words)], capture_output=True, text=True, cwd=folder or self.folder,
            env=environment)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def main():
    if not slurm.is_available():
        print("➜ Test slices under Slurm skipped: needs root, namespaces, and `.ci/setup slurm`")
        return 0
    wanted = sys.argv[2:]
    failures = 0
    with tempfile.TemporaryDirectory(prefix="mapwright-slurm-") as folder:
        # Munge wants its socket where everyone can reach it.
        os.chmod(folder, 0o755)
        bench = Bench(sys.argv[1], folder)
        try:
            bench.cluster.up()
            for body in TRIALS:
                name = body.__name__.replace("_", "-")
                if wanted and name not in wanted:
                    continue
                start = time.monotonic()
                try:
                    trial = Trial(bench, name)
                    body(trial)
                    words = f"✔ {name}: {trial.check()}"
                except Exception as error:  # noqa: BLE001
                    failures += 1
                    words = f"✘ {name}: {type(error).__name__} {error}"
                print(f"{words}, {time.monotonic() - start:.0f} s", flush=True)
        finally:
            bench.cluster.down()
            if failures:
                print(bench.cluster.log())
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
