// SPDX-License-Identifier: Apache-2.0

/** The grid of people: one tile for each camera and each shared screen. */
export class Tiles {
  #grid;
  /** Key to {element, video, audio, owner}. */
  #tiles = new Map();

  constructor(grid) {
    this.#grid = grid;
  }

  /** Makes sure that somebody has a tile; `kind` is "self", "person" or "screen". */
  add(key, owner, name, kind) {
    if (this.#tiles.has(key)) {
      return;
    }
    const element = document.createElement("article");
    element.className = `tile ${kind}`;
    element.dataset.key = key;
    element.setAttribute("aria-label", name);
    const video = document.createElement("video");
    video.autoplay = true;
    video.playsInline = true;
    video.muted = kind === "self";
    const initial = document.createElement("span");
    initial.className = "initial";
    initial.textContent = name.trim().charAt(0).toUpperCase() || "?";
    const foot = document.createElement("footer");
    const label = document.createElement("span");
    label.className = "label";
    label.textContent = name;
    const rate = document.createElement("span");
    rate.className = "rate";
    foot.append(label, rate);
    element.append(video, initial, foot);
    this.#grid.append(element);
    this.#tiles.set(key, { element, video, rate, owner, stream: new MediaStream() });
    this.layOut();
  }

  remove(key) {
    const tile = this.#tiles.get(key);
    if (tile) {
      tile.video.srcObject = null;
      tile.element.remove();
      this.#tiles.delete(key);
      this.layOut();
    }
  }

  /** Removes all that belongs to `owner`. */
  removeOwnedBy(owner) {
    for (const [key, tile] of [...this.#tiles]) {
      if (tile.owner === owner) {
        this.remove(key);
      }
    }
  }

  clear() {
    for (const key of [...this.#tiles.keys()]) {
      this.remove(key);
    }
  }

  show(key, track) {
    const tile = this.#tiles.get(key);
    if (!tile) {
      return;
    }
    for (const old of tile.stream.getTracks()) {
      if (old.kind === track.kind && old !== track) {
        tile.stream.removeTrack(old);
      }
    }
    tile.stream.addTrack(track);
    tile.video.srcObject = tile.stream;
    tile.element.classList.toggle("showing", tile.stream.getVideoTracks().length > 0);
    tile.video.play().catch(() => {
      // Browsers start sound only after the person has touched the page; joining was a touch.
    });
  }

  hide(key, kind) {
    const tile = this.#tiles.get(key);
    if (!tile) {
      return;
    }
    for (const track of tile.stream.getTracks()) {
      if (track.kind === kind) {
        tile.stream.removeTrack(track);
      }
    }
    tile.element.classList.toggle("showing", tile.stream.getVideoTracks().length > 0);
  }

  speaking(owner, isSpeaking) {
    for (const tile of this.#tiles.values()) {
      if (tile.owner === owner && !tile.element.classList.contains("screen")) {
        tile.element.classList.toggle("speaking", isSpeaking);
      }
    }
  }

  quality(key, text, grade) {
    const tile = this.#tiles.get(key);
    if (tile) {
      tile.rate.textContent = text;
      tile.rate.dataset.quality = grade;
      tile.rate.title = `Connection: ${grade}`;
    }
  }

  /** As many columns as make the tiles largest, about square in count. */
  layOut() {
    const count = Math.max(1, this.#tiles.size);
    const wide = this.#grid.clientWidth >= this.#grid.clientHeight;
    const columns = wide ? Math.ceil(Math.sqrt(count)) : Math.max(1, Math.floor(Math.sqrt(count)));
    this.#grid.style.setProperty("--columns", columns);
  }
}
