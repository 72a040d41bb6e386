// The session ends by itself: two minutes before, the page says so. Once it has, the page is covered, with every word
// still on it, until the same person has signed in again. Typing and pressing put the end off; a page's own asking does not.
import { place } from "./store.js";
import { asVersion, heed } from "./version.js";

const WARNING = 120; // seconds before the end
const ADDRESS = "/accounts/session/";
const TOLD = 60; // seconds between telling the server that somebody is there
const LOOK = 1000; // milliseconds between looks at the clock
const AGAIN = 5; // seconds between asking whether one has signed in again

const now = () => Date.now() / 1000; // a laptop that slept has lost that time, too
let end = now() + Number(place?.dataset.left);
let whole = false; // whether the ten hours are over, which nothing puts off
let told = now();
let asked = 0;
let state = "on"; // on, warned, ended, other (somebody else has signed in)
let dialog;

const element = (name, more, ...children) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...children);
  return made;
};

async function ask(method) {
  asked = now();
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  try {
    const reply = await fetch(ADDRESS, { method, cache: "no-store", headers: { ...asVersion, "HX-Request": "true", "X-CSRFToken": token ?? "" } });
    heed(reply);
    if (reply.status === 401) return cover();
    if (!reply.ok) return undefined;
    const { left, whole: all, person } = await reply.json();
    if (String(person) !== place.dataset.person) return cover(true);
    end = now() + left;
    whole = all;
  } catch { /* no connection: the clock goes on by itself */ }
  return undefined;
}

async function tell() {
  told = now();
  await ask("POST");
  if (state === "warned" && end - now() > WARNING) close();
}

function show(title, ...content) {
  dialog?.remove();
  dialog = element("dialog", { className: "qc-dialog" }, element("h2", { className: "govuk-heading-s", id: "ending-t", textContent: title }), ...content);
  dialog.setAttribute("aria-labelledby", "ending-t");
  document.body.append(dialog);
  dialog.showModal();
}

const button = (textContent, act) => {
  const made = element("button", { type: "button", className: "govuk-button qc-button--s", textContent });
  made.addEventListener("click", act);
  return made;
};

function close() {
  dialog?.remove();
  dialog = undefined;
  document.documentElement.classList.remove("qc-covered");
  state = "on";
}

function warn() {
  state = "warned";
  const left = element("p", { id: "ending-left" });
  if (whole) show("Your ten hours end soon", left, element("p", { textContent: "Save what you have, then sign in again. What you have typed stays on this page." }), button("Go on", () => dialog.close()));
  else show("Are you still there?", left, element("p", { textContent: "Nothing has been done here for a while, so you will be signed out. What you have typed stays on this page." }), button("Stay signed in", tell));
  dialog.addEventListener("close", () => { if (state === "warned" && !whole) tell(); });
}

function cover(other = false) {
  if (state === "ended" && !other) return;
  state = other ? "other" : "ended";
  document.documentElement.classList.add("qc-covered");
  const link = element("a", { className: "govuk-link", href: `/accounts/login/?next=${encodeURIComponent(location.pathname)}`, target: "_blank", rel: "noopener", textContent: "Sign in (opens a new tab)" });
  if (other) show("Somebody else has signed in", element("p", { textContent: "This page is not theirs." }), button("Open their page", () => location.assign("/")));
  else show("You are signed out", element("p", { textContent: "What you typed is still on this page. Sign in, come back here, and go on." }), element("p", { className: "qc-lone" }, link));
  dialog.addEventListener("cancel", (event) => event.preventDefault());
}

async function look() {
  const left = end - now();
  if (state === "other") return;
  if (state === "ended") {
    if (document.hidden || now() - asked < AGAIN) return;
    const before = end;
    await ask("GET");
    if (end === before || end - now() <= 0) return;
    close();
    document.dispatchEvent(new Event("qc:signed-in"));
  } else if (left > WARNING) {
    if (state === "warned") close();
  } else if (state === "on" || left <= 0) {
    await ask("GET"); // another tab may have put it off
    if (end - now() <= 0) cover();
    else if (state === "on" && end - now() <= WARNING) warn();
  } else if (dialog?.open) {
    const minutes = Math.ceil(left / 60);
    const text = left > 60 ? `You will be signed out in ${minutes} minutes.` : "You will be signed out within a minute.";
    const line = document.getElementById("ending-left");
    if (line.textContent !== text) line.textContent = text;
  }
}

if (place) {
  for (const kind of ["input", "keydown", "pointerdown", "wheel"]) {
    document.addEventListener(kind, () => { if (state === "on" && now() - told > TOLD) tell(); }, { passive: true, capture: true });
  }
  let looking = false;
  setInterval(async () => {
    if (looking) return;
    looking = true;
    await look();
    looking = false;
  }, LOOK);
}
