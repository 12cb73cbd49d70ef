// The progress page.
"use strict";

const paces = [];

function show(progress) {
  const word = showState(progress);
  const status = progress.status;
  const part = share(progress);
  $("share").textContent = part < 1 ? `${(Math.floor(part * 1000) / 10).toFixed(1)} %` : "100 %";
  $("pace").textContent = progress.chipsPerSecond ? progress.chipsPerSecond.toFixed(1) : "–";
  $("ground").textContent = progress.squareKilometersPerSecond ? progress.squareKilometersPerSecond.toPrecision(3) : "–";
  $("left").textContent = progress.secondsLeft && part < 1 ? time(progress.secondsLeft) : part < 1 ? "–" : "nothing";
  // What is not going on has neither pace nor end.
  for (const id of ["pace", "ground", "left"]) $(id).parentNode.hidden = word !== "running";
  $("stages").replaceChildren(...status.stages.filter((stage) => stage.shards > 0).map(stageLine));
  $("chips").textContent = `${grouped(status.chipsMapped)} chips mapped and ${grouped(status.chipsSkipped)} skipped; ${grouped(status.chipsPlanned)} were planned`;
  $("workers").querySelector("tbody").replaceChildren(...progress.workers.map((worker) => make("tr", {},
    make("td", {}, String(worker.process)), make("td", {}, worker.stage), make("td", {}, String(worker.shard)),
    make("td", {}, worker.memory ? `${grouped(worker.memory / 1e6)} MB` : "–"))));
  $("workers").hidden = progress.workers.length === 0;
  $("nobody").hidden = progress.workers.length > 0;
  $("nobody").textContent = word === "running" ? "Nobody has a shard just now."
    : word === "stopped" ? "Nobody works on the run. The same `mapwright map` goes on." : "The run is finished.";
  showSetAside(progress, word);
  $("log-card").hidden = progress.log.length === 0;
  const log = $("log"), atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.textContent = progress.log.join("\n");
  if (atEnd) log.scrollTop = log.scrollHeight;
  paces.push({ at: Date.now(), pace: progress.coordinator ? progress.chipsPerSecond || 0 : 0 });
  drawCurve();
}

function stageLine(stage) {
  const ended = stage.done + stage.skipped;
  const bar = make("i");
  bar.style.width = `${100 * ended / stage.shards}%`;
  const more = [stage.running ? `${stage.running} running` : "", stage.setAside ? `${stage.setAside} set aside` : ""].filter(Boolean);
  return make("div", { className: "stage" }, make("span", {}, stage.name),
    make("div", { className: "bar" }, bar), make("span", {}, [`${grouped(ended)} / ${grouped(stage.shards)}`, ...more].join(", ")));
}

function showSetAside(progress, word) {
  const list = progress.status.setAside;
  $("aside-card").hidden = list.length === 0;
  $("aside").replaceChildren(...list.slice(0, 200).map((shard) => make("li", {},
    `${shard.stage} shard ${shard.index}`, make("pre", {}, shard.reason))));
  $("retry").disabled = word === "running";
  if (word === "running") $("retry-words").textContent = "They can be tried again when the run has ended.";
  else if ($("retry-words").textContent.startsWith("They")) $("retry-words").textContent = "";
}

async function retry() {
  $("retry").disabled = true;
  try {
    const answer = await fetch("/retry", { method: "POST" });
    $("retry-words").textContent = answer.status === 202 ? "They are being tried again." : await answer.text();
  } catch { $("retry-words").textContent = "The view has no connection."; }
}

function drawCurve() {
  const now = Date.now(), span = 300e3;
  while (paces.length && now - paces[0].at > span) paces.shift();
  const most = Math.max(...paces.map((p) => p.pace));
  $("pace-card").hidden = !(most > 0) || paces.length < 3;
  if ($("pace-card").hidden) return;
  const first = paces[0].at, width = Math.max(now - first, 1);
  const points = paces.map((p) => `${(600 * (p.at - first) / width).toFixed(1)} ${(86 - 80 * p.pace / most).toFixed(1)}`);
  $("curve").querySelector(".line").setAttribute("d", `M${points.join("L")}`);
  $("curve").querySelector(".area").setAttribute("d", `M0 90L${points.join("L")}L600 90Z`);
  $("curve-words").textContent = `the last ${time(width / 1000)}; at most ${most.toFixed(1)}`;
}

Theme.start();
$("retry").addEventListener("click", retry);
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "d") Theme.turn();
  if (event.key === "p" || event.key === "m") location.href = "/";
});
fetch("/run.json").then((answer) => answer.json()).then((run) => { $("report").hidden = !run.hasReport; });
Live.listen({
  progress: show,
  run: () => fetch("/run.json").then((a) => a.json()).then((run) => { $("report").hidden = !run.hasReport; }),
  trouble: (words) => say(words),
});
