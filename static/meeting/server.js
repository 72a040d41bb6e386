// Asking the server, and saying at the top whether what was typed is saved.
import { asVersion, heed } from "../kept/version.js";

const page = document.getElementById("meeting");
const status = document.getElementById("saved");
export const { base, step, as, other, you } = page.dataset;
export const most = Number(page.dataset.most); // characters that one box takes
const OUTLIVES = 60000; // bytes: a browser lets no more than 64 KiB outlive their page
export const asScript = { ...asVersion, Accept: "application/json", "HX-Request": "true" };
export const pause = (time) => new Promise((done) => setTimeout(done, time));

// The token is read afresh: signing in again in another tab changes it.
export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]").value;

// keepalive: a save that has begun goes through even when the page is left. More than its limit is never sent at all.
export async function post(address, values) {
  const body = new URLSearchParams(values);
  body.set("as", as);
  const reply = await fetch(address, { method: "POST", body, headers: { ...asScript, "X-CSRFToken": token() }, keepalive: String(body).length < OUTLIVES });
  heed(reply);
  return reply;
}

export async function sentenceOf(reply) {
  if (reply.headers.get("Content-Type")?.startsWith("application/json")) return (await reply.json()).sentence;
  const spoken = new DOMParser().parseFromString(await reply.text(), "text/html").body.textContent;
  return spoken.trim().replace(/\s+/g, " ").slice(0, 300);
}

// Signed out: that alone is said, with its button, until one is back.
export const session = { over: false };
export function say(text, bad = false, link = null) {
  if (session.over) return;
  if (status.textContent !== text + (link?.textContent ?? "")) {
    status.textContent = text;
    if (link) status.append(link);
  }
  status.classList.toggle("qc-saved--not", bad);
}

// signin.js hears of it.
export const ended = new EventTarget();
export function askToSignIn() {
  if (session.over) return;
  say("Signed out. Your words are kept. ", true);
  session.over = true;
  ended.dispatchEvent(new Event("ended"));
}
