// SPDX-License-Identifier: Apache-2.0

import Janus from "./vendor/janus.es.js";

const PLUGIN = "janus.plugin.videoroom";
const NO_SUCH_ROOM = 426;
const NO_SUCH_FEED = 428;
const ICE_PATIENCE_MILLIS = 10_000;
/** A path that is silent for so long is sought anew; the server itself waits 15 s. */
const RESTART_AFTER_MILLIS = 1_500;

/**
 * One call in one room, over the unmodified janus.js: a handle that publishes and, as soon as there
 * is something to see, one that receives everything over a single connection.
 *
 * Tells its story by events: `joined`, `participant` {id, name}, `gone` {id}, `track` {id, mid,
 * feedMid, kind, track}, `track-gone` {id, mid}, `local-track` {kind, track, screen}, `trouble`
 * {text}, `well`, `talking` {id, talking} where the room tells it, and exactly one `ended` {reason}.
 */
export class Call extends EventTarget {
  #janus;
  #publisher;
  #viewer;
  #viewerState = "none";
  #room;
  #name;
  #capture;
  #privateId;
  #ended = false;
  /** Feed id to {name, streams: Map of mid to stream}. */
  #feeds = new Map();
  /** Mid of the receiving connection to {feed, feedMid}. */
  #sources = new Map();
  /** "feed/mid" of all that has been asked for. */
  #asked = new Set();
  #screenMid;
  #screenTrack;
  #startsSharing = false;

  /** @param capture what to send: {audio, video}, each false, true or constraints */
  constructor(room, name, capture) {
    super();
    this.#room = room;
    this.#name = name;
    this.#capture = capture;
  }

  /** The peer connections, for statistics: {publisher, viewer}, each possibly undefined. */
  get connections() {
    return {
      publisher: this.#publisher?.webrtcStuff?.pc ?? undefined,
      viewer: this.#viewer?.webrtcStuff?.pc ?? undefined,
    };
  }

  /** Who is heard and seen over `mid` of the viewer's connection, if anybody. */
  sourceOf(mid) {
    return this.#sources.get(mid);
  }

  start(server) {
    Janus.init({
      debug: ["warn", "error"],
      dependencies: Janus.useDefaultDependencies({ adapter: window.adapter }),
      callback: () => {
        this.#janus = new Janus({
          server,
          success: () => this.#attachPublisher(),
          error: (cause) => this.#end(`The connection to the server was lost. ${cause ?? ""}`),
          destroyed: () => this.#end("The session has ended."),
        });
      },
    });
  }

  leave() {
    this.#end(null);
  }

  /** Mutes or unmutes the microphone ("audio") or the camera ("video"); true when muted. */
  toggle(kind) {
    const handle = this.#publisher;
    if (!handle) {
      return false;
    }
    const muted = kind === "audio" ? handle.isAudioMuted() : handle.isVideoMuted();
    const change = { audio: ["muteAudio", "unmuteAudio"], video: ["muteVideo", "unmuteVideo"] }[kind];
    handle[change[muted ? 1 : 0]]();
    return !muted;
  }

  /** Adds a screen, or the given video track in its place, to what is sent. */
  share(track) {
    this.#startsSharing = true;
    return new Promise((resolve, reject) => {
      this.#publisher.createOffer({
        tracks: [{ type: "screen", capture: track ?? true, recv: false }],
        success: (jsep) => {
          const sections = this.connections.publisher.getTransceivers();
          this.#startsSharing = false;
          this.#screenMid = sections[sections.length - 1].mid;
          this.#publisher.send({ message: { request: "configure" }, jsep });
          resolve(this.#screenMid);
        },
        error: (cause) => {
          this.#startsSharing = false;
          reject(new Error(reasonOf(cause)));
        },
      });
    });
  }

  get sharing() {
    return this.#screenMid !== undefined;
  }

  stopSharing() {
    const mid = this.#screenMid;
    if (mid === undefined) {
      return;
    }
    this.#screenMid = undefined;
    this.#publisher.createOffer({
      tracks: [{ type: "screen", mid, remove: true }],
      success: (jsep) => this.#publisher.send({ message: { request: "configure" }, jsep }),
      error: (cause) => this.#tell("trouble", { text: reasonOf(cause) }),
    });
  }

  /** Stops sending without leaving; `publish` starts again. */
  unpublish() {
    this.#publisher.send({ message: { request: "unpublish" } });
  }

  publish() {
    this.#publish();
  }

  /** Pauses or resumes all that is received. */
  pause(paused) {
    this.#viewer?.send({ message: { request: paused ? "pause" : "start" } });
  }

  /** Makes section `subMid` of the receiving connection show `mid` of `feed` instead. */
  switch(subMid, feed, mid) {
    this.#viewer?.send({
      message: { request: "switch", streams: [{ sub_mid: subMid, feed, mid }] },
    });
  }

  /** Looks for a new path for "publisher" or "viewer" without ending the call (an ICE restart). */
  restart(which) {
    if (which === "viewer") {
      this.#viewer?.send({ message: { request: "configure", restart: true } });
      return;
    }
    this.#publisher?.createOffer({
      iceRestart: true,
      success: (jsep) => this.#publisher.send({ message: { request: "configure" }, jsep }),
      error: (cause) => this.#tell("trouble", { text: reasonOf(cause) }),
    });
  }

  #attachPublisher() {
    this.#janus.attach({
      plugin: PLUGIN,
      success: (handle) => {
        this.#publisher = handle;
        this.#join();
      },
      error: (cause) => this.#end(`The server has no video rooms: ${reasonOf(cause)}`),
      onmessage: (message, jsep) => this.#onRoomMessage(message, jsep),
      onlocaltrack: (track, on) => this.#onLocalTrack(track, on),
      iceState: (state) => this.#watchIce("publisher", state),
      webrtcState: (up, reason) => this.#onPublisherState(up, reason),
    });
  }

  #join() {
    this.#publisher.send({
      message: { request: "join", room: this.#room, ptype: "publisher", display: this.#name },
    });
  }

  /** A room of one's own: whoever opens a link to a room that is not there makes it. */
  #createRoom() {
    this.#publisher.send({
      message: { request: "create", room: this.#room, publishers: 12 },
      success: (answer) => {
        // Somebody else may have made it in the meantime, which is just as good.
        if (answer.videoroom === "created" || answer.error_code === 427) {
          this.#join();
        } else {
          this.#end(answer.error);
        }
      },
      error: (cause) => this.#end(reasonOf(cause)),
    });
  }

  #onRoomMessage(message, jsep) {
    if (jsep) {
      this.#publisher.handleRemoteJsep({ jsep });
    }
    if (message.error) {
      if (message.error_code === NO_SUCH_ROOM && this.#privateId === undefined) {
        this.#createRoom();
      } else {
        this.#end(message.error);
      }
      return;
    }
    switch (message.videoroom) {
      case "joined":
        this.#privateId = message.private_id;
        this.#tell("joined", { id: message.id, room: message.description });
        this.#onPublishers(message.publishers);
        if (this.#capture.audio || this.#capture.video) {
          this.#publish();
        }
        break;
      case "destroyed":
        this.#end("The room was closed.");
        break;
      case "talking":
      case "stopped-talking":
        this.#tell("talking", { id: message.id, talking: message.videoroom === "talking" });
        break;
      case "event":
        this.#onRoomEvent(message);
        break;
    }
  }

  #onRoomEvent(message) {
    if (message.publishers) {
      this.#onPublishers(message.publishers);
    } else if (message.leaving === "ok" && message.reason === "kicked") {
      this.#end("You were removed from the room.");
    } else {
      for (const gone of [message.unpublished, message.leaving, message.kicked]) {
        if (gone !== undefined && gone !== "ok") {
          this.#forget(gone);
        }
      }
    }
  }

  #publish() {
    const tracks = [];
    if (this.#capture.audio) {
      tracks.push({ type: "audio", capture: this.#capture.audio, recv: false });
    }
    if (this.#capture.video) {
      tracks.push({ type: "video", capture: this.#capture.video, recv: false });
    }
    this.#publisher.createOffer({
      tracks,
      success: (jsep) =>
        this.#publisher.send({
          message: {
            request: "configure",
            audio: Boolean(this.#capture.audio),
            video: Boolean(this.#capture.video),
          },
          jsep,
        }),
      error: (cause) => this.#tell("trouble", { text: captureProblem(cause) }),
    });
  }

  #onLocalTrack(track, on) {
    if (this.#startsSharing && on && track.kind === "video") {
      this.#screenTrack = track;
    }
    const screen = track === this.#screenTrack;
    this.#tell("local-track", { kind: track.kind, track, on, screen });
  }

  #onPublisherState(up, reason) {
    if (!up && reason && reason !== "Close PC") {
      this.#end(`The server ended the call: ${reason}.`);
    }
  }

  #onPublishers(publishers) {
    for (const { id, display, streams, dummy } of publishers) {
      const known = this.#feeds.has(id);
      const usable = (streams ?? []).filter((stream) => !stream.disabled);
      this.#feeds.set(id, {
        name: display ?? String(id),
        streams: new Map(usable.map((stream) => [stream.mid, stream])),
        dummy: Boolean(dummy),
      });
      if (!known) {
        this.#tell("participant", { id, name: display ?? String(id) });
      }
    }
    this.#subscribe();
  }

  #forget(id) {
    if (!this.#feeds.delete(id)) {
      return;
    }
    for (const wanted of [...this.#asked]) {
      if (wanted.startsWith(`${id}/`)) {
        this.#asked.delete(wanted);
      }
    }
    this.#tell("gone", { id });
  }

  /** Asks for every stream of everybody that has not been asked for. */
  #subscribe() {
    const streams = [];
    for (const [feed, { streams: offered }] of this.#feeds) {
      for (const mid of offered.keys()) {
        if (!this.#asked.has(`${feed}/${mid}`)) {
          streams.push({ feed, mid });
        }
      }
    }
    if (streams.length === 0 || this.#viewerState === "attaching") {
      return;
    }
    if (this.#viewerState === "none") {
      this.#attachViewer();
      return;
    }
    for (const { feed, mid } of streams) {
      this.#asked.add(`${feed}/${mid}`);
    }
    const message =
      this.#viewerState === "attached"
        ? {
            request: "join",
            room: this.#room,
            ptype: "subscriber",
            private_id: this.#privateId,
            use_msid: false,
            streams,
          }
        : { request: "update", subscribe: streams };
    this.#viewerState = this.#viewerState === "attached" ? "joining" : this.#viewerState;
    this.#viewer.send({ message });
  }

  #attachViewer() {
    this.#viewerState = "attaching";
    this.#janus.attach({
      plugin: PLUGIN,
      success: (handle) => {
        this.#viewer = handle;
        this.#viewerState = "attached";
        this.#subscribe();
      },
      error: (cause) => this.#end(reasonOf(cause)),
      onmessage: (message, jsep) => this.#onViewerMessage(message, jsep),
      onremotetrack: (track, mid, on) => this.#onRemoteTrack(track, mid, on),
      iceState: (state) => this.#watchIce("viewer", state),
      webrtcState: (up, reason) => {
        if (!up && reason && this.#viewer) {
          this.#dropViewer();
        }
      },
    });
  }

  /** The receiving connection is gone: detach its handle and begin anew with a fresh one. */
  #dropViewer() {
    const old = this.#viewer;
    this.#viewer = undefined;
    this.#viewerState = "none";
    this.#asked.clear();
    for (const [mid, { feed }] of this.#sources) {
      this.#tell("track-gone", { id: feed, mid });
    }
    this.#sources.clear();
    old.detach();
    this.#subscribe();
  }

  #onViewerMessage(message, jsep) {
    if (message.error) {
      this.#onViewerError(message);
      return;
    }
    if (message.streams) {
      this.#viewerState = "joined";
      for (const stream of message.streams) {
        if (stream.active && stream.feed_id !== undefined) {
          this.#sources.set(stream.mid, { feed: stream.feed_id, feedMid: stream.feed_mid });
        }
      }
    }
    if (jsep) {
      this.#viewer.createAnswer({
        jsep,
        tracks: [],
        success: (answer) =>
          this.#viewer.send({ message: { request: "start", room: this.#room }, jsep: answer }),
        error: (cause) => this.#tell("trouble", { text: reasonOf(cause) }),
      });
    }
    this.#subscribe();
  }

  /** A feed that went while it was being asked for spoils the whole request: ask for the rest. */
  #onViewerError(message) {
    if (message.error_code !== NO_SUCH_FEED) {
      this.#tell("trouble", { text: message.error });
      return;
    }
    if (this.#viewerState === "joining") {
      this.#dropViewer();
      return;
    }
    const shown = new Set([...this.#sources.values()].map((from) => `${from.feed}/${from.feedMid}`));
    this.#asked = new Set([...this.#asked].filter((wanted) => shown.has(wanted)));
    this.#subscribe();
  }

  #onRemoteTrack(track, mid, on) {
    const source = this.#sources.get(mid);
    if (!source) {
      return;
    }
    if (on) {
      const stream = this.#feeds.get(source.feed)?.streams.get(source.feedMid);
      this.#tell("track", {
        id: source.feed,
        mid,
        feedMid: source.feedMid,
        description: stream?.description,
        kind: track.kind,
        track,
      });
    } else {
      this.#tell("track-gone", { id: source.feed, mid });
    }
  }

  /** Says what is wrong when no media path comes up, which the browser never does by itself. */
  #watchIce(which, state) {
    if (state === "connected" || state === "completed") {
      this.#tell("well", {});
      return;
    }
    if (state !== "checking" && state !== "disconnected" && state !== "failed") {
      return;
    }
    const connection = this.connections[which];
    if (state !== "checking") {
      this.#seekPath(which, connection);
    }
    setTimeout(() => {
      const now = connection?.iceConnectionState;
      if (this.#ended || connection !== this.connections[which]) {
        return;
      }
      if (now === "checking" || now === "failed" || now === "disconnected") {
        this.#tell("trouble", {
          text: `No media gets through: UDP to ${candidatesOf(connection)} seems to be blocked.`,
        });
      }
    }, state === "failed" ? 0 : ICE_PATIENCE_MILLIS);
  }

  /** A path that was there and is lost, as when a phone changes networks, is sought anew. */
  #seekPath(which, connection) {
    setTimeout(() => {
      const lost = ["disconnected", "failed"].includes(connection?.iceConnectionState);
      if (lost && !this.#ended && connection === this.connections[which]) {
        this.restart(which);
      }
    }, RESTART_AFTER_MILLIS);
  }

  #end(reason) {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#tell("ended", { reason });
    for (const connection of Object.values(this.connections)) {
      for (const sender of connection?.getSenders() ?? []) {
        sender.track?.stop();
      }
    }
    this.#janus?.destroy({ unload: false, notifyDestroyed: false, cleanupHandles: true });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Where the server wants media to be sent, as its session description says. */
function candidatesOf(connection) {
  const lines = connection?.remoteDescription?.sdp?.match(/a=candidate:.*/g) ?? [];
  const places = new Set(
    lines.map((line) => line.split(" ")).map((words) => `${words[4]}:${words[5]}`));
  return [...places].join(", ") || "the server";
}

function reasonOf(cause) {
  return cause?.message ?? String(cause ?? "unknown reason");
}

function captureProblem(cause) {
  switch (cause?.name) {
    case "NotAllowedError":
      return "The browser was not allowed to use the camera or microphone. Others can't see or hear you.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "No camera or microphone was found. Others can't see or hear you.";
    case "NotReadableError":
      return "Another program is using the camera or microphone.";
    default:
      return `Could not send audio and video: ${reasonOf(cause)}`;
  }
}
