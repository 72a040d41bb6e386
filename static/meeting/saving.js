// Saving, one field after the other in the order of change; a save that fails is tried again before the next.
import { lastTry, leave } from "../kept/store.js";
import { free, savedAt, sayState, sayStuck, unsaved, waiting } from "./fields.js";
import { ask, lookFor } from "./news.js";
import { askToSignIn, pause, post, say, sentenceOf, session } from "./server.js";

const LONGEST = 15000; // milliseconds between tries, at most
const PATIENCE = 4000; // milliseconds that leaving the page waits for the last save

let working = null;
let wake;
let revision = 0;

export function save(field) {
  field.keep();
  field.again = true;
  if (field.refused && !field.dirty) Object.assign(field, { refused: false }).complain("");
  if (field.dirty && !field.clashing && !waiting.includes(field)) waiting.push(field);
  working ??= work().finally(() => { working = null; });
  return working;
}

// The way is free again: try at once.
export function hurry() {
  wake?.();
  for (const field of unsaved()) save(field);
}
window.addEventListener("online", hurry);
free.addEventListener("free", hurry);

// One field that fails while the server answers others lets them pass.
async function work() {
  const tried = new Set();
  while (waiting.length) {
    const field = waiting[0];
    field.again = false;
    let result = await send(field);
    const next = waiting.find((other) => other !== field && !tried.has(other));
    const isReached = result === "failed" && field.failures && next && !session.over && (await ask());
    if (isReached) result = await send(field); // the way may be free only since then
    if (result !== "failed") {
      field.failures = 0;
      if (field.clashing || !field.dirty || !field.again) waiting.splice(waiting.indexOf(field), 1);
      continue;
    }
    field.failures += 1;
    tried.add(field);
    if (isReached) {
      waiting.unshift(...waiting.splice(waiting.indexOf(next), 1));
      continue;
    }
    lookFor(revision);
    tried.clear();
    await Promise.race([pause(session.over ? LONGEST : Math.min(1000 * 2 ** (field.failures - 1), LONGEST)), new Promise((done) => { wake = done; })]);
  }
  sayState();
  lookFor(revision);
}

// "saved", "failed" (to be tried again), or "refused" (trying again would change nothing).
export async function send(field) {
  const sent = field.now();
  if (sent === field.saved) return "saved";
  if (field.tooLong()) return refuse(field, field.tooLong());
  field.unanswered.add(sent);
  field.keep();
  let reply;
  try {
    reply = await post(field.address, field.values());
  } catch {
    say("Not saved, trying. Your words are kept.", true);
    return "failed";
  }
  if (reply.ok) {
    session.over = false;
    const { saved, version, revision: now } = await reply.json();
    Object.assign(field, { version, saved: sent, refused: false });
    field.unanswered.clear();
    field.keep();
    revision = now;
    savedAt(saved);
    field.complain("");
    return "saved";
  }
  if (reply.status === 401) askToSignIn();
  else if (reply.status === 409) return stale(field, reply);
  else if (isFinal(reply, field)) return refuse(field, await reasonOf(reply));
  else {
    say("Not saved, trying. Your words are kept.", true);
    if (reply.status === 403) await ask(); // signed out and the token with it: the news says so
  }
  return "failed";
}

// A refusal that trying again would not change. A token may have been replaced by signing in again in another tab.
const isFinal = ({ status }, field) => status < 500 && ![408, 425, 429].includes(status) && (status !== 403 || field.failures > 1);

function reasonOf(reply) {
  if (reply.headers.get("Content-Type")?.startsWith("application/json")) return sentenceOf(reply);
  const large = "It is too much to be taken at once. Shorten it; nothing was lost here.";
  return reply.status === 413 ? large : "It cannot be saved here. Copy your words, then open the page again.";
}

function refuse(field, sentence) {
  field.refused = true;
  field.complain(sentence);
  sayStuck(field);
  return "refused";
}

async function stale(field, reply) {
  const sentence = await sentenceOf(reply);
  const news = await ask(0);
  const now = news?.fields?.[field.key];
  if (!now || now.version <= field.version) return refuse(field, sentence);
  field.refused = false;
  if (field.isOwn(now)) return send(field);
  field.clash(now);
  sayState();
  return "refused";
}

// Everything saved? Used before the page is left or something is done that reads the fields.
export async function flush() {
  for (const field of unsaved()) save(field);
  await Promise.race([working, pause(session.over ? 0 : PATIENCE)]);
  return unsaved().length === 0;
}
lastTry.save = flush;

// What is not saved is kept and shown wherever one goes, so the page's own links and buttons lead on. The browser asks
// first where it cannot be kept, or the server is not reached.
export function leavePage(go) {
  const open = unsaved();
  const kept = open.map((field) => field.keep()).every(Boolean);
  leave(go, !kept || (!session.over && open.some((field) => field.failures)));
}
