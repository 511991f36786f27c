// SPDX-License-Identifier: Apache-2.0

// A back end that runs a whole call with the published janode and its VideoRoom plugin, with werift
// for its media: two people who publish, one connection that watches. Argument: the address of the
// server. Says what it has seen, step by step; ends with 1 at the first thing that is not right.

import assert from "node:assert/strict";
import { once } from "node:events";
import Janode from "janode";
import VideoRoomPlugin from "janode/plugins/videoroom";
import { MediaStreamTrack, RTCPeerConnection, RtpHeader, RtpPacket, useVP8, useOPUS } from "werift";

const { EVENT } = VideoRoomPlugin;
const ROOM = 4711;
const PATIENCE_MILLIS = 15_000;
const address = process.argv[2];

process.on("unhandledRejection", (cause) => fail(cause));
setTimeout(() => fail(new Error("the call did not come to its end in time")), 60_000).unref();

const connection = await Janode.connect({ is_admin: false, address: { url: address } });
const info = await connection.getInfo();
assert.ok(info.plugins["janus.plugin.videoroom"], "the server has video rooms");
const session = await connection.create();
const attach = () => session.attach(VideoRoomPlugin);
say("connected");

const admin = await attach();
const created = await admin.create({ room: ROOM, max_publishers: 3, description: "By janode", secret: "s", video_codec: "vp8" });
assert.equal(created.room, ROOM);
assert.equal((await admin.exists({ room: ROOM })).exists, true);
assert.ok((await admin.list()).list.some((room) => room.room === ROOM && room.max_publishers === 3));
await assert.rejects(admin.create({ room: ROOM }), /427/);
say("room made");

const ann = await publisher("Ann", 1);
const bob = await attach();
const joinedBob = await bob.joinPublisher({ room: ROOM, feed: 2, display: "Bob" });
assert.deepEqual(joinedBob.publishers.map(({ feed, display }) => ({ feed, display })), [{ feed: 1, display: "Ann" }]);
await assert.rejects(attachAndJoin(2), /436/);
say("joined");

const annTold = [];
for (const event of [EVENT.VIDEOROOM_PUB_LIST, EVENT.VIDEOROOM_UNPUBLISHED, EVENT.VIDEOROOM_DISPLAY, EVENT.VIDEOROOM_KICKED]) {
  ann.handle.on(event, (data) => annTold.push({ event, data }));
}
const bobsMedia = await publish(bob);
await until(() => annTold.some(({ event, data }) => event === EVENT.VIDEOROOM_PUB_LIST && data.publishers[0].feed === 2), "Ann is told of Bob");
const people = (await admin.listParticipants({ room: ROOM })).participants;
assert.deepEqual(people.map(({ feed, publisher }) => ({ feed, publisher })), [{ feed: 1, publisher: true }, { feed: 2, publisher: true }]);
say("two publish");

const watching = await attach();
const attached = await watching.joinSubscriber({ room: ROOM, streams: [{ feed: 1 }] });
assert.equal(attached.jsep.type, "offer");
assert.equal(attached.streams.length, 2);
const watcher = new Viewer();
await watcher.answer(watching, attached.jsep);
await until(() => watcher.packets > 0, "Ann's media arrives");
const updated = await watching.update({ subscribe: [{ feed: 2 }] });
assert.equal(updated.streams.length, 4);
await watcher.answer(watching, updated.jsep);
await until(() => watcher.tracks.size === 4 && [...watcher.tracks.values()].every((count) => count > 0), "media of both arrives on four sections");
say("watching");

await watching.pause();
await watching.start({});
const before = watcher.packets;
await until(() => watcher.packets > before, "media goes on after a pause");
const switched = await watching.switch({ streams: [{ feed: 2, mid: updated.streams[3].feed_mid, sub_mid: "1" }] });
assert.equal(switched.switched, "ok");
say("paused, resumed, switched");

await bob.configure({ bitrate: 200_000, keyframe: true, display: "Robert" });
assert.equal((await admin.listParticipants({ room: ROOM })).participants[1].display, "Robert");
await bob.unpublish();
await until(() => annTold.some(({ event, data }) => event === EVENT.VIDEOROOM_UNPUBLISHED && data.feed === 2), "Ann is told that Bob unpublished");
bobsMedia.close();
await admin.kick({ room: ROOM, feed: 2, secret: "s" });
// janode takes a "kicked" that comes with a display name, as Janus sends it too, for a new name.
const names = () => annTold.filter(({ event }) => event === EVENT.VIDEOROOM_DISPLAY).length;
await until(() => names() === 2, "Ann is told of Bob's new name and that he was kicked");
say("unpublished and kicked");

const hungUp = once(ann.handle, Janode.EVENT.HANDLE_HANGUP);
await ann.handle.hangup();
assert.equal((await hungUp)[0].reason, "Janus API");
await ann.handle.detach();
await watching.leave();
watcher.connection.close();
ann.media.close();
const destroyed = await admin.destroy({ room: ROOM, secret: "s" });
assert.equal(destroyed.room, ROOM);
assert.equal((await admin.exists({ room: ROOM })).exists, false);
await session.destroy();
await connection.close();
say("done");
process.exit(0);

async function publisher(display, feed) {
  const handle = await attach();
  await handle.joinPublisher({ room: ROOM, feed, display });
  return { handle, media: await publish(handle) };
}

async function attachAndJoin(feed) {
  const handle = await attach();
  await handle.joinPublisher({ room: ROOM, feed });
}

/** Publishes sound and picture, which flow from when the connection is up. */
async function publish(handle) {
  const connection = new RTCPeerConnection(mediaSettings());
  const tracks = [new MediaStreamTrack({ kind: "audio" }), new MediaStreamTrack({ kind: "video" })];
  for (const track of tracks) {
    connection.addTransceiver(track, { direction: "sendonly" });
  }
  await connection.setLocalDescription(await connection.createOffer());
  const up = once(handle, Janode.EVENT.HANDLE_WEBRTCUP);
  const configured = await handle.publish({ audio: true, video: true, jsep: { type: "offer", sdp: connection.localDescription.sdp, trickle: false } });
  assert.equal(configured.configured, "ok");
  assert.equal(configured.jsep.type, "answer");
  await connection.setRemoteDescription(configured.jsep);
  await up;
  let sequence = 65_500;
  const timer = setInterval(() => {
    sequence = (sequence + 1) & 0xffff;
    tracks[0].writeRtp(packet(sequence, 960 * sequence, Buffer.alloc(60, 1)));
    // VP8: the first packet of a key frame of 320x180.
    tracks[1].writeRtp(packet(sequence, 3000 * sequence, Buffer.from("10b00100109d012a4001b400" + "00".repeat(80), "hex")));
  }, 20);
  connection.connectionStateChange.subscribe((state) => state === "closed" && clearInterval(timer));
  const close = connection.close.bind(connection);
  connection.close = () => {
    clearInterval(timer);
    return close();
  };
  return connection;
}

function packet(sequenceNumber, timestamp, payload) {
  return new RtpPacket(new RtpHeader({ sequenceNumber, timestamp: timestamp >>> 0, marker: true, payloadType: 96 }), payload);
}

function Viewer() {
  this.connection = new RTCPeerConnection(mediaSettings());
  this.tracks = new Map();
  this.packets = 0;
  this.connection.onTrack.subscribe((track) => {
    this.tracks.set(track, 0);
    track.onReceiveRtp.subscribe(() => {
      this.packets++;
      this.tracks.set(track, this.tracks.get(track) + 1);
    });
  });
  this.answer = async (handle, offer) => {
    await this.connection.setRemoteDescription(offer);
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    const started = await handle.start({ jsep: { type: "answer", sdp: this.connection.localDescription.sdp, trickle: false } });
    assert.equal(started.started, "ok");
  };
}

function mediaSettings() {
  return { codecs: { audio: [useOPUS()], video: [useVP8()] }, iceServers: [], iceUseIpv6: false };
}

async function until(condition, what) {
  const end = Date.now() + PATIENCE_MILLIS;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`not seen in time: ${what}`);
    }
    await new Promise((next) => setTimeout(next, 10));
  }
}

function say(step) {
  console.log(step);
}

function fail(cause) {
  console.error(cause?.stack ?? cause);
  process.exit(1);
}
