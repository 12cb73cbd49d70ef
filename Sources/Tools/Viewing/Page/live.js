// What map and progress page share: the theme, the words of a run's state, and what the run tells.
"use strict";

const $ = (id) => document.getElementById(id);

const Theme = {
  start() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const apply = (theme) => {
      document.documentElement.dataset.theme = theme;
      const word = $("theme").querySelector("span");
      if (word) word.textContent = theme === "dark" ? "Light" : "Dark";
      document.dispatchEvent(new Event("theme"));
    };
    let chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch { /* stays as the system has it */ }
    const usual = () => apply(chosen || (system.matches ? "dark" : "light"));
    system.addEventListener("change", usual);
    $("theme").addEventListener("click", Theme.turn);
    Theme.apply = (theme) => { chosen = theme; apply(theme); };
    usual();
  },
  turn() {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* not remembered */ }
    Theme.apply(next);
  },
};

/// Tells what happens in the run; connects again by itself for as long as the page is open.
const Live = {
  listen(heard) {
    let lost = false;
    const connect = () => {
      const source = new EventSource("/events");
      for (const kind of ["run", "shards", "progress", "trouble"]) {
        source.addEventListener(kind, (event) => heard[kind]?.(JSON.parse(event.data)));
      }
      source.onopen = () => { if (lost) say(null); lost = false; };
      source.onerror = () => {
        if (!lost) say("The view has no connection. It goes on when `mapwright view` runs again.", true);
        lost = true;
        // A stream that the server has ended is not connected again by the browser.
        if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
      };
    };
    connect();
  },
};

let silence = 0;
/// Says something at the page's foot; nothing takes it back.
function say(words, stays) {
  clearTimeout(silence);
  $("toast").hidden = !words;
  $("toast").textContent = words || "";
  if (words && !stays) silence = setTimeout(() => say(null), 6000);
}

function showState(progress) {
  const status = progress.status;
  const word = progress.coordinator ? "running"
    : status.state === "unfinished" ? "stopped" : status.state.startsWith("finished,") ? "gaps" : "finished";
  const titles = { running: "running", stopped: "stopped", gaps: "finished with gaps", finished: "finished" };
  $("state").className = "chip " + word;
  $("state").textContent = titles[word];
  $("name").textContent = status.name;
  document.title = status.name + " · Mapwright";
  return word;
}

const grouped = (number) => Math.round(number).toLocaleString("en").replace(/,/g, "\u202f");

function time(seconds) {
  const whole = Math.round(seconds);
  const two = (n) => String(n).padStart(2, "0");
  return whole < 3600 ? `${Math.floor(whole / 60)}:${two(whole % 60)} min`
    : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)} h`;
}

/// Which part of the chips is done, from 0 to 1.
function share(progress) {
  const s = progress.status;
  if (!s.chipsPlanned) return 1;
  const done = progress.coordinator ? Math.max(s.chipsMapped, Math.min(s.chipsInferred, s.chipsPlanned - s.chipsSkipped)) : s.chipsMapped;
  return Math.min(1, (done + s.chipsSkipped) / s.chipsPlanned);
}

/// An element with text, attributes and children.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name in element) element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
