// SPDX-License-Identifier: Apache-2.0

import { Quality } from "./quality.js";
import { Tiles } from "./tiles.js";

const $ = (id) => document.getElementById(id);
const link = new URLSearchParams(location.search);
const tiles = new Tiles($("tiles"));
const SELF = "self";
const QUALITY_PERIOD_MILLIS = 1_000;
const SPEAKING_PERIOD_MILLIS = 200;

/** Of each received section, by its mid: the tile it belongs to and what it carries. */
const shownIn = new Map();
/** Of each person, by id: which of their streams is the camera; a further picture is a screen. */
const cameras = new Map();
const names = new Map();

let Call;
let call;
let qualityTimer;
let speakerTimer;

try {
  ({ Call } = await import("./call.js"));
} catch {
  note("janus.js is missing: the server was built without npm. Install npm and build again.");
  $("join-button").disabled = true;
}

$("name").value = link.get("name") ?? remembered("name") ?? "";
$("room").value = link.get("room") ?? "1234";
explainMissingCamera();
if (link.get("name") && link.get("room") && link.has("join")) {
  join();
}

$("join").addEventListener("submit", (event) => {
  event.preventDefault();
  join();
});
$("leave").addEventListener("click", () => call?.leave());
$("mute-audio").addEventListener("click", () => toggle("audio"));
$("mute-video").addEventListener("click", () => toggle("video"));
$("share").addEventListener("click", share);
$("copy-link").addEventListener("click", copyLink);
$("call-again").addEventListener("click", () => {
  $("ended").close();
  join();
});
$("to-lobby").addEventListener("click", () => {
  $("ended").close();
  showLobby();
});
$("ended").addEventListener("cancel", showLobby);
document.addEventListener("keydown", (event) => {
  if ($("stage").hidden || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
    return;
  }
  const action = { m: () => toggle("audio"), v: () => toggle("video"), s: share }[event.key.toLowerCase()];
  action?.();
});
window.addEventListener("resize", () => tiles.layOut());
window.addEventListener("pagehide", () => call?.leave());

function join() {
  const name = $("name").value.trim();
  const room = Number($("room").value);
  if (!name || !Number.isSafeInteger(room) || room <= 0) {
    note("Please give a name and a room number.");
    showLobby();
    return;
  }
  remember("name", name);
  history.replaceState(null, "", linkTo(room, { name }));
  forgetEverybody();
  warn(null);
  $("lobby").hidden = true;
  $("stage").hidden = false;
  $("room-name").textContent = room;
  $("people").textContent = "connecting…";
  tiles.add(SELF, SELF, `${name} (you)`, "self");
  call = new Call(room, name, wantedCapture());
  window.call = call;
  listen(call);
  call.start(serverAddress());
}

/** What to capture: the boxes in the lobby, and `video=320x180@15` in the link. */
function wantedCapture() {
  const usable = Boolean(navigator.mediaDevices?.getUserMedia);
  const [, width, height, rate] = link.get("video")?.match(/^(\d+)x(\d+)@(\d+)$/) ?? [];
  const shape = width
    ? {
        width: { ideal: Number(width) },
        height: { ideal: Number(height) },
        frameRate: { ideal: Number(rate), max: Number(rate) },
      }
    : { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } };
  return {
    audio: usable && $("with-audio").checked,
    video: usable && $("with-video").checked && shape,
  };
}

/**
 * The Janus API is spoken on the page's own address, besides on a port of its own: over WebSocket,
 * or, where the link says `http`, by requests and long polls alone.
 */
function serverAddress() {
  if (link.has("http")) {
    return `${location.origin}/janus`;
  }
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`;
}

function listen(from) {
  const on = (type, act) =>
    from.addEventListener(type, ({ detail }) => {
      if (from === call) {
        act(detail);
      }
    });
  on("joined", () => {
    showPeople();
    const meter = new Quality();
    qualityTimer = setInterval(() => measure(meter), QUALITY_PERIOD_MILLIS);
    speakerTimer = setInterval(() => highlightSpeakers(meter), SPEAKING_PERIOD_MILLIS);
  });
  on("participant", ({ id, name }) => {
    names.set(id, name);
    tiles.add(`person-${id}`, id, name, "person");
    showPeople();
  });
  on("gone", ({ id }) => {
    names.delete(id);
    cameras.delete(id);
    tiles.removeOwnedBy(id);
    showPeople();
  });
  on("track", ({ id, mid, kind, track, feedMid }) => {
    const key = tileOf(id, kind, feedMid);
    shownIn.set(mid, { key, kind });
    if (key.startsWith("screen")) {
      tiles.add(key, id, `${names.get(id) ?? id}: screen`, "screen");
    }
    tiles.show(key, track);
  });
  on("track-gone", ({ id, mid }) => {
    const shown = shownIn.get(mid);
    if (shown?.key.startsWith("screen")) {
      tiles.remove(shown.key);
    } else if (shown) {
      tiles.hide(shown.key, shown.kind);
    }
  });
  on("local-track", ({ track, on: showing, screen }) => {
    if (screen) {
      if (showing) {
        tiles.add("own-screen", SELF, "Your screen", "screen");
        tiles.show("own-screen", track);
      } else {
        tiles.remove("own-screen");
      }
    } else if (showing && track.kind === "video") {
      tiles.show(SELF, track);
    }
  });
  on("talking", ({ id, talking }) => {
    // The room itself knows; there is no need to guess from what is heard.
    clearInterval(speakerTimer);
    tiles.speaking(id, talking);
  });
  on("trouble", ({ text }) => warn(text));
  on("well", () => warn(null));
  on("ended", ({ reason }) => end(reason));
}

function tileOf(id, kind, feedMid) {
  if (kind === "video") {
    if (!cameras.has(id)) {
      cameras.set(id, feedMid);
    }
    if (cameras.get(id) !== feedMid) {
      return `screen-${id}-${feedMid}`;
    }
  }
  return `person-${id}`;
}

async function measure(meter) {
  const viewer = call?.connections.viewer;
  if (!viewer) {
    return;
  }
  for (const [mid, { kind, kbps, grade }] of await meter.read(viewer)) {
    const shown = shownIn.get(mid);
    if (shown && kind === "video") {
      tiles.quality(shown.key, `${kbps} kbit/s`, grade);
    }
  }
}

function highlightSpeakers(meter) {
  const viewer = call?.connections.viewer;
  for (const [mid, speaking] of viewer ? meter.speakers(viewer) : []) {
    const source = call.sourceOf(mid);
    if (source) {
      tiles.speaking(source.feed, speaking);
    }
  }
}

function forgetEverybody() {
  names.clear();
  cameras.clear();
  shownIn.clear();
  tiles.clear();
}

function showPeople() {
  const others = names.size;
  $("people").textContent =
    others === 0 ? "you are alone here" : `${others + 1} people: you, ${[...names.values()].join(", ")}`;
}

function toggle(kind) {
  if (!call) {
    return;
  }
  const muted = call.toggle(kind);
  const button = $(kind === "audio" ? "mute-audio" : "mute-video");
  button.setAttribute("aria-pressed", String(muted));
  button.textContent =
    kind === "audio" ? (muted ? "Unmute" : "Mute") : muted ? "Camera on" : "Camera off";
}

async function share() {
  if (!call) {
    return;
  }
  if (call.sharing) {
    call.stopSharing();
    tiles.remove("own-screen");
  } else if (!navigator.mediaDevices?.getDisplayMedia) {
    warn("This browser can't share a screen here.");
  } else {
    await call.share().catch((problem) => warn(`The screen is not shared: ${problem.message}`));
  }
  $("share").setAttribute("aria-pressed", String(call.sharing));
  $("share").textContent = call.sharing ? "Stop sharing" : "Share screen";
}

function end(reason) {
  clearInterval(qualityTimer);
  clearInterval(speakerTimer);
  call = undefined;
  forgetEverybody();
  $("stage").hidden = true;
  for (const id of ["mute-audio", "mute-video", "share"]) {
    $(id).setAttribute("aria-pressed", "false");
  }
  if (reason === null) {
    showLobby();
    return;
  }
  $("ended-reason").textContent = reason;
  $("ended").showModal();
  $("call-again").focus();
}

function showLobby() {
  $("stage").hidden = true;
  $("lobby").hidden = false;
  $("name").focus();
}

function explainMissingCamera() {
  if (!window.isSecureContext) {
    note(
      "Browsers give no camera or microphone to pages over plain http, except on localhost. " +
        "Start the server with --tls and open its https address. You can still watch.");
  } else if (!navigator.mediaDevices?.getUserMedia) {
    note("This browser gives no access to a camera or microphone. You can still watch.");
  }
}

function linkTo(room, more = {}) {
  const url = new URL(location.href);
  const keep = new URLSearchParams({ room, ...more });
  if (link.has("video")) {
    keep.set("video", link.get("video"));
  }
  if (link.has("http")) {
    keep.set("http", "");
  }
  url.search = keep;
  return url.href;
}

async function copyLink() {
  const address = linkTo($("room-name").textContent);
  try {
    await navigator.clipboard.writeText(address);
    $("copy-link").textContent = "Copied";
    setTimeout(() => ($("copy-link").textContent = "Copy link"), 1_500);
  } catch {
    window.prompt("The link to this room", address);
  }
}

function note(text) {
  $("lobby-note").textContent = text;
}

function warn(text) {
  $("warning").hidden = text === null;
  $("warning").textContent = text ?? "";
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that stores nothing just asks again.
  }
}

function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
