// Saving, one field after the other in the order of change; a save that fails is tried again before the next.
import { Field } from "./field.js";
import { ask, lookFor } from "./news.js";
import { askToSignIn, pause, post, say, sentenceOf, session } from "./server.js";

const LONGEST = 15000; // milliseconds between tries, at most
const PATIENCE = 4000; // milliseconds that leaving the page waits for the last save

export const fields = new Map([...document.querySelectorAll("[data-field]")].map((root) => [root.dataset.field, new Field(root)]));
export const fieldOf = (element) => fields.get(element.closest("[data-field]")?.dataset.field);
export const unsaved = () => [...fields.values()].filter((field) => field.dirty);

export const waiting = [];
let working = null;
let failures = 0;
let wake;
let revision = 0;
let time = "";

export function save(field) {
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

async function work() {
  while (waiting.length) {
    const field = waiting[0];
    const outcome = await send(field);
    failures = outcome === "failed" ? failures + 1 : 0;
    if (failures) await Promise.race([pause(session.over ? LONGEST : Math.min(1000 * 2 ** (failures - 1), LONGEST)), new Promise((done) => { wake = done; })]);
    else if (outcome === "refused" || !field.dirty) waiting.shift();
  }
  tell();
  lookFor(revision);
}

// "Saved 14:32" stands only while every word on the page is saved: the server's word for the last of them.
function tell() {
  if (!unsaved().length) say(time && `Saved ${time}`);
}
export function typing(field) {
  if (field.dirty && !failures && ![...fields.values()].some((one) => one.clashing)) say("");
}

// "saved", "failed" (to be tried again), or "refused" (trying again would change nothing).
async function send(field) {
  const sent = field.now();
  if (sent === field.saved) return "saved";
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
    Object.assign(field, { version, saved: sent });
    revision = now;
    time = saved;
    field.complain("");
    return "saved";
  }
  if (reply.status === 401) askToSignIn();
  else if (reply.status === 409) return stale(field, reply);
  else if (reply.status === 422) {
    field.complain(await sentenceOf(reply));
    say("Not saved. Your words are kept.", true);
    return "refused";
  } else {
    say("Not saved, trying. Your words are kept.", true);
    if (reply.status === 403) await ask(); // signed out and the token with it: the news says so
  }
  return "failed";
}

async function stale(field, reply) {
  const sentence = await sentenceOf(reply);
  const news = await ask(0);
  const now = news?.fields?.[field.key];
  say("Not saved. Your words are kept.", true);
  if (now && now.version > field.version) field.clash(now);
  else field.complain(sentence);
  return "refused";
}

// Everything saved? Used before the page is left or something is done that reads the fields.
export async function flush() {
  for (const field of unsaved()) save(field);
  await Promise.race([working, pause(PATIENCE)]);
  return unsaved().length === 0;
}
