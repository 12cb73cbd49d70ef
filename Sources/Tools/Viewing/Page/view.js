// The map page: layers, swipe, keys, what lies where, and a link that restores all of it.
"use strict";

const View = { map: null, run: null, layers: [], states: "", swipeAt: null, sure: 0, popup: null };

/// The world without a map below it: there are no tiles of others here.
function makeMap() {
  const map = L.map("map", {
    zoomControl: false, attributionControl: false, zoomSnap: 1, maxZoom: 22, minZoom: 2, worldCopyJump: false,
    fadeAnimation: false,
  });
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
  for (const [name, z] of [["imagery", 200], ["result", 300], ["outlines", 350], ["shards", 400]]) {
    map.createPane(name).style.zIndex = z;
  }
  map.on("move zoom viewreset resize zoomend", clipResult);
  map.on("moveend", remember);
  map.on("click", (event) => lookAt(event.latlng));
  map.on("popupclose", () => View.layers.forEach((layer) => layer.tiles.choose?.(null)));
  return map;
}

async function fetchRun() {
  const answer = await fetch("/run.json");
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/// Lays out all layers of a run anew.
function layOut(run, kept) {
  for (const layer of View.layers) layer.tiles.remove();
  View.run = run;
  const [west, south, east, north] = run.bounds;
  View.bounds = L.latLngBounds([south, west], [north, east]);
  View.map.setMaxZoom(Math.min(24, run.nativeLevel + 3));
  View.map.setMaxBounds(View.bounds.pad(4));
  const common = { maxZoom: 24, minZoom: 0, bounds: View.bounds.pad(0.0005), keepBuffer: 2, updateWhenZooming: false };
  const most = Math.min(24, run.nativeLevel + 1);
  View.layers = run.layers.map((layer) => ({
    id: layer.id, title: layer.title, kind: layer.kind, legend: layer.legend,
    isOn: ["imagery", "classes"].includes(layer.kind), opacity: layer.kind === "imagery" ? 1 : 0.75,
    tiles: new RasterTiles(`/${layer.id}/{z}/{x}/{y}.png?v={version}`, {
      ...common, pane: layer.kind === "imagery" ? "imagery" : "result", version: run.version, maxNativeZoom: most,
      isCrisp: layer.kind !== "imagery",
    }),
  })).concat(run.outlines.map((layer) => ({
    id: layer.id, title: layer.title, kind: "outlines", color: layer.color, isOn: true, opacity: 1,
    tiles: new OutlineTiles(layer, { ...common, pane: "outlines", maxNativeZoom: 24 }),
  })), [{
    id: "shards", title: "Shards", kind: "shards", isOn: false, opacity: 1,
    tiles: new ShardTiles(run.shards, { ...common, pane: "shards", maxNativeZoom: 24 }),
  }]);
  // What is looked at most comes first, and has the keys with small numbers.
  const order = ["imagery", "classes", "outlines", "shards", "coverage", "probability"];
  View.layers.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  // Where outlines are drawn, the class map below them would only hide the imagery.
  if (run.outlines.some((layer) => layer.isThere)) View.layers.find((layer) => layer.kind === "classes").opacity = 0.4;
  for (const layer of View.layers) {
    Object.assign(layer, kept?.[layer.id]);
    layer.tiles.setOpacity(layer.opacity);
    if (layer.isOn) layer.tiles.addTo(View.map);
    if (layer.kind === "outlines") layer.tiles.sure = View.sure;
    if (layer.kind === "shards") layer.tiles.setStates(View.states);
  }
  $("report").hidden = !run.hasReport;
  $("sure-row").hidden = !run.outlines.length;
  listLayers();
}

// MARK: The panel

function listLayers() {
  $("layers").replaceChildren(...View.layers.map((layer, place) => {
    const box = make("input", { type: "checkbox", checked: layer.isOn, id: `layer-${layer.id}` });
    const more = make("div", { className: "more" });
    const slider = make("input", { type: "range", min: 0, max: 100, value: Math.round(layer.opacity * 100) });
    slider.setAttribute("aria-label", `Opacity of ${layer.title}`);
    slider.addEventListener("input", () => { layer.opacity = slider.value / 100; layer.tiles.setOpacity(layer.opacity); });
    slider.addEventListener("change", remember);
    more.append(...legend(layer));
    slider.title = "Opacity";
    const item = make("div", { className: layer.isOn ? "layer on" : "layer" },
      make("label", {}, box, make("span", {}, layer.title)), slider,
      ...(place < 9 ? [make("kbd", {}, String(place + 1))] : []), more);
    box.addEventListener("change", () => switchLayer(layer, box.checked));
    layer.parts = { box, slider, item };
    return item;
  }));
  countShards();
}

function swatch(color, alpha = 1) {
  const canvas = make("canvas", { width: 12, height: 12 });
  const context = canvas.getContext("2d");
  context.fillStyle = css(color, alpha);
  context.fillRect(0, 0, 12, 12);
  return canvas;
}

function legend(layer) {
  const entries = (items) => make("ul", { className: "legend" }, ...items);
  if (layer.kind === "classes" || layer.kind === "coverage") {
    const shown = layer.legend.filter((entry) => !entry.isBackground);
    return [entries(shown.map((entry) => make("li", {}, swatch(entry.color), entry.name)))];
  }
  if (layer.kind === "probability") {
    const ramp = make("canvas", { className: "ramp", width: 255, height: 1 });
    const context = ramp.getContext("2d");
    const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
    const gradient = context.createLinearGradient(0, 0, 255, 0);
    stops.forEach((stop, i) => gradient.addColorStop(i / 4, css(stop, Math.min(1, (i / 4) * 1.5))));
    context.fillStyle = gradient;
    context.fillRect(0, 0, 255, 1);
    return [ramp, make("div", { className: "ends" }, make("span", {}, "0"), make("span", {}, "1"))];
  }
  if (layer.kind === "outlines") return [];
  if (layer.kind === "shards") {
    layer.counts = {};
    return [entries(Object.entries(shardStates).map(([letter, state]) => {
      const words = make("span", {}, state.title);
      const item = make("li", {}, swatch(state.line, Math.max(state.fill[3] * 1.6, 0.5)), words);
      layer.counts[letter] = { item, words, title: state.title };
      return item;
    }))];
  }
  return [];
}

function countShards() {
  const layer = View.layers.find((layer) => layer.kind === "shards");
  if (!layer?.counts) return;
  const counts = {};
  for (const letter of View.states) counts[letter] = (counts[letter] || 0) + 1;
  for (const [letter, { item, words, title }] of Object.entries(layer.counts)) {
    item.hidden = !counts[letter];
    words.textContent = `${grouped(counts[letter] || 0)} ${title}`;
  }
}

function switchLayer(layer, isOn) {
  layer.isOn = isOn;
  layer.parts.box.checked = isOn;
  layer.parts.item.classList.toggle("on", isOn);
  if (isOn) layer.tiles.addTo(View.map); else layer.tiles.remove();
  if (isOn && layer.kind === "shards") layer.tiles.setStates(View.states);
  remember();
}

function setSure(value) {
  View.sure = value / 100;
  $("sure").value = value;
  $("sure-value").textContent = (value / 100).toFixed(2);
  for (const layer of View.layers) if (layer.kind === "outlines") layer.tiles.setSure(View.sure);
}

function fold(isFolded) {
  $("panel").classList.toggle("folded", isFolded);
  $("fold").setAttribute("aria-expanded", String(!isFolded));
}

// MARK: Swipe

function setSwipe(at) {
  View.swipeAt = at === null ? null : Math.min(1, Math.max(0, at));
  $("divider").hidden = at === null;
  $("swipe").setAttribute("aria-pressed", String(at !== null));
  if (at !== null) {
    $("divider").style.left = `${View.swipeAt * 100}%`;
    $("divider").setAttribute("aria-valuenow", String(Math.round(View.swipeAt * 100)));
  }
  clipResult();
}

/// Lets the result be seen only to the right of the divider.
function clipResult() {
  const size = View.map.getSize();
  for (const name of ["result", "outlines"]) {
    const pane = View.map.getPane(name);
    if (View.swipeAt === null) { pane.style.clipPath = ""; continue; }
    const from = View.map.containerPointToLayerPoint([size.x * View.swipeAt, 0]);
    const to = View.map.containerPointToLayerPoint([size.x, size.y]);
    pane.style.clipPath =
      `polygon(${from.x}px ${from.y}px, ${to.x}px ${from.y}px, ${to.x}px ${to.y}px, ${from.x}px ${to.y}px)`;
  }
}

function startSwipe() {
  const divider = $("divider");
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    const move = (event) => setSwipe(event.clientX / innerWidth);
    divider.addEventListener("pointermove", move);
    divider.addEventListener("pointerup", () => { divider.removeEventListener("pointermove", move); remember(); }, { once: true });
  });
  divider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    setSwipe(View.swipeAt + step);
    remember();
  });
}

// MARK: What lies where

async function lookAt(latlng) {
  const level = View.map.getZoom();
  const place = `lon=${latlng.lng.toFixed(8)}&lat=${latlng.lat.toFixed(8)}&z=${level}`;
  let found;
  try {
    const answer = await fetch(`/at.json?${place}`);
    if (!answer.ok) throw new Error(await answer.text());
    found = await answer.json();
  } catch (error) { return say(error.message); }
  const shown = new Set(View.layers.filter((layer) => layer.isOn).map((layer) => layer.id));
  const facts = (pairs) => make("table", { className: "facts" }, make("tbody", {}, ...pairs.map(([name, value]) =>
    make("tr", {}, make("th", {}, name.replaceAll("_", " ")), make("td", {}, written(value))))));
  const content = make("div", {});
  const features = found.features.filter((feature) => shown.has(feature.layer));
  for (const feature of features) content.append(make("h3", {}, feature.layer), facts(feature.attributes));
  for (const layer of View.layers.filter((layer) => layer.kind === "outlines")) {
    layer.tiles.choose(features.find((feature) => feature.layer === layer.id)?.number ?? null);
  }
  if (found.values.length) {
    content.append(make("h3", {}, "This pixel"), facts(found.values.map((value) => [value.title, value.text])));
  }
  if (found.shard && (shown.has("shards") || found.shard.state === "setAside")) {
    const shard = found.shard;
    const state = { waiting: "waiting", running: `running, by process ${shard.worker}`, done: "done", skipped: "skipped", setAside: "set aside" }[shard.state];
    const pairs = [["state", state], ["attempts", shard.attempts]];
    if (shard.state === "done") pairs.push(["chips", `${shard.chipsMapped} mapped, ${shard.chipsSkipped} skipped`]);
    content.append(make("h3", {}, `Shard ${shard.number}`), facts(pairs));
    if (shard.reason) content.append(make("p", { className: "reason" }, shard.reason));
  }
  if (!content.children.length) return View.map.closePopup();
  content.append(make("h3", {}, "Place"), facts([["latitude", latlng.lat.toFixed(6)], ["longitude", latlng.lng.toFixed(6)]]));
  View.map.openPopup(L.popup({ maxWidth: 320, minWidth: 220, autoPanPadding: [24, 24] }).setLatLng(latlng).setContent(content));
}

const written = (value) => typeof value === "number" && !Number.isInteger(value)
  ? String(Math.abs(value) < 1000 ? Number(value.toPrecision(6)) : Number(value.toFixed(2))) : String(value);

// MARK: The link

function remember() {
  if (!View.run) return;
  const center = View.map.getCenter();
  const words = new URLSearchParams();
  words.set("at", `${View.map.getZoom()}/${center.lat.toFixed(6)}/${center.lng.toFixed(6)}`);
  words.set("on", View.layers.filter((layer) => layer.isOn).map((layer) => layer.id).join(","));
  words.set("o", View.layers.map((layer) => `${layer.id}:${Math.round(layer.opacity * 100)}`).join(","));
  if (View.swipeAt !== null) words.set("swipe", String(Math.round(View.swipeAt * 100)));
  if (View.sure > 0) words.set("sure", String(Math.round(View.sure * 100)));
  history.replaceState(null, "", "#" + words.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":"));
}

/// What the address asks for: the layers' settings, and what is set once they are there.
function recalled() {
  const words = new URLSearchParams(location.hash.slice(1));
  if (!words.has("at")) return null;
  const layers = {};
  for (const pair of (words.get("o") || "").split(",")) {
    const [id, percent] = pair.split(":");
    if (id && percent >= 0 && percent <= 100) layers[id] = { opacity: percent / 100, isOn: false };
  }
  for (const id of (words.get("on") || "").split(",")) if (id) (layers[id] ||= {}).isOn = true;
  const [zoom, latitude, longitude] = words.get("at").split("/").map(Number);
  const isPlace = [zoom, latitude, longitude].every(Number.isFinite);
  const percent = (name) => { const n = Number(words.get(name)); return words.has(name) && n >= 0 && n <= 100 ? n : null; };
  return { layers, place: isPlace ? { zoom, center: [latitude, longitude] } : null, swipe: percent("swipe"), sure: percent("sure") };
}

/// Shows all of the map in what the panel leaves free.
function fit() {
  const panel = $("panel").getBoundingClientRect();
  const isPhone = innerWidth <= 640;
  View.map.fitBounds(View.bounds, isPhone
    ? { paddingTopLeft: [12, 12], paddingBottomRight: [12, Math.min(panel.height, innerHeight / 2) + 12], animate: false }
    : { paddingTopLeft: [panel.right + 12, 12], paddingBottomRight: [12, 12], animate: false });
}

// MARK: What the run tells

const heard = {
  async run({ epoch, version }) {
    if (!View.run) return;
    if (epoch === View.run.epoch && version === View.run.version) return;
    const run = await fetchRun();
    if (epoch !== View.run.epoch || run.layers.length !== View.run.layers.length) {
      const kept = Object.fromEntries(View.layers.map((layer) => [layer.id, { isOn: layer.isOn, opacity: layer.opacity }]));
      layOut(run, kept);
    } else {
      View.run = run;
      $("report").hidden = !run.hasReport;
      for (const layer of View.layers) if (layer.kind !== "imagery" && layer.kind !== "shards") layer.tiles.renew();
    }
  },
  shards({ all, changed }) {
    const before = View.states;
    if (all !== undefined) {
      View.states = all;
      changed = [...all].flatMap((letter, number) => before && before[number] !== letter ? [[number, letter]] : []);
    } else {
      const letters = [...before];
      for (const [number, letter] of changed) letters[number] = letter;
      View.states = letters.join("");
    }
    if (!View.run) return;
    countShards();
    const grid = View.layers.find((layer) => layer.kind === "shards");
    if (grid.isOn) grid.tiles.setStates(View.states);
    const done = changed.filter(([, letter]) => letter === "d").map(([number]) => grid.tiles.corners(number));
    if (!done.length) return;
    const bounds = L.latLngBounds(done.flat());
    for (const layer of View.layers) {
      if (["classes", "coverage", "probability"].includes(layer.kind) && layer.isOn) layer.tiles.renew(bounds);
    }
  },
  progress(progress) {
    const word = showState(progress);
    const part = share(progress);
    $("strip").hidden = word !== "running";
    $("strip").querySelector("i").style.width = `${part * 100}%`;
    const pace = progress.chipsPerSecond ? ` · ${progress.chipsPerSecond.toFixed(1)} chips/s` : "";
    const left = progress.secondsLeft && part < 1 ? ` · ${time(progress.secondsLeft)} left` : "";
    const stage = progress.status.stages.find((s) => s.done + s.skipped + s.setAside < s.shards);
    $("strip").querySelector("p").textContent = part < 1 ? `${(part * 100).toFixed(1)} %${pace}${left}` : stage ? stage.name : "";
  },
  trouble: (words) => say(words),
};

// MARK: Keys

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  if (event.target.matches?.("input[type=text], textarea")) return;
  const digit = Number(event.key);
  if (digit >= 1 && digit <= 9 && View.layers[digit - 1]) {
    return switchLayer(View.layers[digit - 1], !View.layers[digit - 1].isOn);
  }
  switch (event.key) {
    case "s": setSwipe(View.swipeAt === null ? 0.5 : null); remember(); break;
    case "f": fit(); break;
    case "d": Theme.turn(); break;
    case "l": fold(!$("panel").classList.contains("folded")); break;
    case "p": location.href = "/progress"; break;
    case "[": case "]":
      for (const layer of View.layers.filter((layer) => layer.isOn && ["classes", "coverage", "probability"].includes(layer.kind))) {
        layer.opacity = Math.min(1, Math.max(0, layer.opacity + (event.key === "]" ? 0.1 : -0.1)));
        layer.tiles.setOpacity(layer.opacity);
        layer.parts.slider.value = Math.round(layer.opacity * 100);
      }
      remember();
      break;
    case "?": $("keys").showModal(); break;
  }
}

async function start() {
  Theme.start();
  View.map = makeMap();
  fold(innerWidth <= 640);
  $("fold").addEventListener("click", () => fold(!$("panel").classList.contains("folded")));
  $("fit").addEventListener("click", fit);
  $("swipe").addEventListener("click", () => { setSwipe(View.swipeAt === null ? 0.5 : null); remember(); });
  $("sure").addEventListener("input", () => setSure(Number($("sure").value)));
  $("sure").addEventListener("change", remember);
  addEventListener("keydown", pressed);
  startSwipe();
  const asked = recalled();
  const run = await fetchRun();
  $("name").textContent = run.name;
  View.bounds = L.latLngBounds([run.bounds[1], run.bounds[0]], [run.bounds[3], run.bounds[2]]);
  View.map.setMaxZoom(Math.min(24, run.nativeLevel + 3));
  View.sure = (asked?.sure || 0) / 100;
  if (asked?.place) View.map.setView(asked.place.center, asked.place.zoom, { animate: false }); else fit();
  layOut(run, asked?.layers);
  setSure(asked?.sure || 0);
  if (asked && asked.swipe !== null) setSwipe(asked.swipe / 100);
  addEventListener("hashchange", () => location.reload());
  Live.listen(heard);
}

start().catch((error) => say(error.message, true));
