// The doorbell: a stream says "revision 42", and the page asks what changed. Whenever the stream has been silent for
// longer than its heartbeat, or cannot be had at all, the page asks by itself, until the stream speaks again.
import { look } from "./news.js";
import { as, base, pause } from "./server.js";

const EVERY = 2000; // milliseconds between asking without a stream
const SILENCE = 20000; // milliseconds after which a stream counts as dead: its heartbeat comes every 15 seconds
const RETRY = 30000; // milliseconds before a stream that was refused is asked for again

let stream;
let opened;
let heard = -Infinity;
const silent = () => performance.now() - heard > SILENCE;

function listen() {
  stream?.close();
  opened = performance.now();
  stream = new EventSource(`${base}live/events/?${new URLSearchParams({ as })}`);
  stream.addEventListener("message", ({ data }) => {
    heard = performance.now();
    look(Number(data.replace("revision ", "")));
  });
  stream.addEventListener("error", () => { heard = -Infinity; });
}
window.addEventListener("offline", () => { heard = -Infinity; });

export async function follow() {
  listen();
  for (;;) {
    await pause(EVERY);
    if (!silent()) continue;
    await look();
    if (performance.now() - opened > (stream.readyState === EventSource.CLOSED ? RETRY : SILENCE)) listen();
  }
}
