// The live meeting: saves each field as it changes, follows the other chair, and answers to keys.
// Without this script every part of the page is a plain form.
import { initAll } from "./govuk/govuk-frontend.min.js";

const page = document.getElementById("meeting");
const sheet = document.getElementById("sheet");
const status = document.getElementById("saved");
const { base, step, as, other } = page.dataset;
const QUIET = 800; // milliseconds without a key before what is typed is saved
const EVERY = 2000; // milliseconds between asking for news
const LONGEST = 15000; // milliseconds between tries, at most

document.body.classList.add("qc-autosave");
document.getElementById("keys").hidden = false;

// Asking the server. The token is read afresh: signing in again in another tab changes it.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? sheet.elements.namedItem("csrfmiddlewaretoken").value;
const asScript = { Accept: "application/json", "HX-Request": "true" };
const pause = (time) => new Promise((done) => setTimeout(done, time));

async function post(address, values) {
  const body = new URLSearchParams(values);
  body.set("as", as);
  return fetch(address, { method: "POST", body, headers: { ...asScript, "X-CSRFToken": token() }, keepalive: true });
}

async function sentenceOf(reply) {
  if (reply.headers.get("Content-Type")?.startsWith("application/json")) return (await reply.json()).sentence;
  const spoken = new DOMParser().parseFromString(await reply.text(), "text/html").body.textContent;
  return spoken.trim().replace(/\s+/g, " ").slice(0, 300);
}

function say(text, bad = false) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("qc-saved--not", bad);
}

function askToSignIn() {
  say("Signed out. Your words are kept. ", true);
  const link = document.createElement("a");
  const back = encodeURIComponent(location.pathname + location.search);
  Object.assign(link, { href: `/accounts/login/?next=${back}`, target: "_blank", rel: "noopener", className: "govuk-link", textContent: "Sign in (opens a new tab)" });
  status.append(link);
}

// A field: a point with its mark and what was seen, or a box with its choice and text. `version` is the record's.
class Field {
  constructor(root) {
    this.root = root;
    this.key = root.dataset.field;
    this.isPoint = root.matches(".qc-point");
    this.radios = [...root.querySelectorAll("input[type=radio]")];
    this.box = root.querySelector("textarea, .govuk-input");
    this.version = Number.parseInt(root.querySelector("input[type=hidden]").value, 10);
    this.saved = this.now();
    this.heard = null;
    this.clashing = false;
  }
  get choice() { return this.radios.find((radio) => radio.checked)?.value ?? ""; }
  get dirty() { return this.now() !== this.saved; }
  get inUse() { return this.box === document.activeElement; }
  get address() {
    const kind = { c: "mark", i: "indicator" }[this.key[0]];
    return this.isPoint ? `${base}${kind}/${this.key.slice(1)}/` : `${base}notes/${this.key}/`;
  }
  now() { return JSON.stringify([this.choice, this.box.value]); }
  values() {
    const named = this.isPoint ? { value: this.choice, seen: this.box.value } : { choice: this.choice, text: this.box.value };
    return { ...named, version: this.version };
  }
  // What the record says now. Never put over words that are being typed or are not saved yet.
  hear(news) {
    if (news.version <= this.version) return;
    this.heard = news;
    if (!this.dirty && !this.inUse) this.take();
  }
  take() {
    const news = this.heard;
    this.heard = null;
    if (!news || news.version <= this.version) return;
    this.version = news.version;
    for (const radio of this.radios) radio.checked = radio.value === news.choice;
    if (this.box.value !== news.text) this.box.value = news.text;
    this.root.classList.toggle("qc-point--seen", this.isPoint && news.text !== "");
    this.saved = this.now();
    this.complain("");
  }
  complain(text, ...more) {
    this.root.querySelector(".qc-choice")?.remove();
    if (!text) return;
    const box = document.createElement("div");
    box.className = "qc-choice";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line, ...more);
    this.root.append(box);
  }
  // Both wrote: show theirs beside yours, and save nothing here until one is chosen.
  clash(news) {
    this.heard = news;
    if (this.now() === JSON.stringify([news.choice, news.text])) return this.take();
    this.clashing = true;
    const theirs = document.createElement("blockquote");
    const label = this.radios.find((radio) => radio.value === news.choice)?.nextElementSibling.textContent;
    theirs.textContent = [label, news.text].filter(Boolean).join(". ") || "(nothing)";
    this.complain(`${news.by || other} saved this first. Yours is still here and not saved.`, theirs,
      this.button("Keep mine", () => { this.version = news.version; this.heard = null; }),
      this.button(`Use what ${news.by || other} wrote`, () => { this.saved = this.now(); this.take(); }));
    return undefined;
  }
  button(text, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "govuk-button govuk-button--secondary qc-button--s", textContent: text });
    button.addEventListener("click", () => {
      this.clashing = false;
      act();
      this.complain("");
      this.box.focus();
      save(this);
    });
    return button;
  }
}
const fields = new Map([...document.querySelectorAll("[data-field]")].map((root) => [root.dataset.field, new Field(root)]));
const fieldOf = (element) => fields.get(element.closest("[data-field]")?.dataset.field);
const unsaved = () => [...fields.values()].filter((field) => field.dirty);

// Saving, one after the other in the order of change; a save that fails is tried again before the next.
const waiting = [];
const timers = new Map();
let working = null;
let failures = 0;

function save(field) {
  clearTimeout(timers.get(field));
  if (field.dirty && !field.clashing && !waiting.includes(field)) waiting.push(field);
  working ??= work().finally(() => { working = null; });
  return working;
}

async function work() {
  while (waiting.length) {
    const field = waiting[0];
    if (await send(field)) {
      failures = 0;
      waiting.shift();
    } else {
      failures += 1;
      await pause(Math.min(1000 * 2 ** (failures - 1), LONGEST));
    }
  }
  ask();
}

// True when the field is done with: saved, or refused in a way that trying again would not change.
async function send(field) {
  const sent = field.now();
  if (sent === field.saved) return true;
  let reply;
  try {
    reply = await post(field.address, field.values());
  } catch {
    say("Not saved, trying. Your words are kept.", true);
    return false;
  }
  if (reply.ok) {
    const { saved, version } = await reply.json();
    Object.assign(field, { version, saved: sent });
    field.complain("");
    say(`Saved ${saved}`);
    return true;
  }
  if (reply.status === 401) askToSignIn();
  else if (reply.status === 409) return stale(field, reply);
  else if (reply.status === 422) {
    field.complain(await sentenceOf(reply));
    say("Not saved. Your words are kept.", true);
    return true;
  } else say("Not saved, trying. Your words are kept.", true);
  return false;
}

async function stale(field, reply) {
  const sentence = await sentenceOf(reply);
  const news = await ask(0);
  const now = news?.fields?.[field.key];
  say("Not saved. Your words are kept.", true);
  if (now && now.version > field.version) field.clash(now);
  else field.complain(sentence);
  return true;
}

// Everything saved? Used before the page is left or something is done that reads the fields.
async function flush() {
  for (const field of unsaved()) save(field);
  await Promise.race([working, pause(4000)]);
  return unsaved().length === 0;
}

sheet.addEventListener("input", ({ target }) => {
  const field = fieldOf(target);
  if (!field || target.type === "radio") return;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => save(field), QUIET));
});
sheet.addEventListener("change", ({ target }) => { if (fieldOf(target)) save(fieldOf(target)); });
sheet.addEventListener("focusout", ({ target }) => {
  const field = fieldOf(target);
  if (field?.dirty) save(field);
  else if (field?.heard && target === field.box) setTimeout(() => { if (!field.dirty && !field.inUse) field.take(); });
});
sheet.addEventListener("submit", (event) => { event.preventDefault(); flush(); });

window.addEventListener("beforeunload", (event) => {
  const left = unsaved();
  for (const field of left) if (!waiting.includes(field) && !field.clashing) post(field.address, field.values()).catch(() => {});
  if (left.some((field) => waiting.includes(field) || field.clashing)) event.preventDefault();
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !unsaved().length) return;
  if (link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  await flush();
  location.assign(link.href);
});

// The other forms: what is written is saved first. Grades are sent from here, and the page follows the news.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form === sheet || form.method === "dialog") return;
  const grading = "gradeForm" in form.dataset;
  if (!grading && !unsaved().length) return;
  event.preventDefault();
  if (!(await flush())) return;
  if (grading) await grade(form);
  else form.submit();
});

async function grade(form) {
  const problem = document.getElementById("grade-problem");
  problem.textContent = "";
  let reply;
  try {
    reply = await post(form.action, new FormData(form));
  } catch {
    problem.textContent = "Not sent: Quality Counts could not be reached. Your words are kept. Try again.";
    return;
  }
  if (reply.status === 401) return void askToSignIn();
  if (!reply.ok) {
    problem.textContent = await sentenceOf(reply);
    if (reply.status === 409) ask(0);
    return;
  }
  say(`Saved ${(await reply.json()).saved}`);
  form.reset();
  await ask(0);
  document.getElementById("a-grade").focus();
}

// News: who is here, which parts of the page changed, what each field says now.
let seen = Number(page.dataset.revision);
let missed = 0;

async function ask(since = seen) {
  let news;
  try {
    const reply = await fetch(`${base}live/?${new URLSearchParams({ seen: since, step, as })}`, { headers: asScript, cache: "no-store" });
    if (reply.status === 401) return void askToSignIn();
    if (reply.status === 409) return void over(await sentenceOf(reply), location.href, "Open the meeting again");
    if (!reply.ok) throw new Error(reply.status);
    news = await reply.json();
  } catch {
    missed += 1;
    if (missed > 1) say(unsaved().length ? "Not saved, trying. Your words are kept." : "No connection, trying. Your words are kept.", true);
    return undefined;
  }
  if (missed > 1 && !waiting.length) say("");
  missed = 0;
  show(news);
  return news;
}

function show(news) {
  document.getElementById("other").classList.toggle("qc-state--here", news.here);
  const word = document.getElementById("other-here");
  if (word.textContent !== (news.here ? "here" : "away")) word.textContent = news.here ? "here" : "away";
  if (news.over) return over("The meeting has ended.", news.over, "Go on from here");
  if (!news.parts || news.revision < seen) return undefined;
  seen = news.revision;
  for (const [name, part] of Object.entries(news.parts)) swap(document.getElementById(`part-${name}`), part);
  for (const [key, [was, choice, text, by]] of Object.entries(news.fields)) {
    news.fields[key] = { version: Number.parseInt(was, 10), choice, text, by };
    fields.get(key)?.hear(news.fields[key]);
  }
  return undefined;
}

function over(sentence, address, words) {
  if (document.querySelector(".qc-over")) return;
  const box = document.createElement("p");
  const link = document.createElement("a");
  box.className = "qc-over";
  box.setAttribute("role", "alert");
  Object.assign(link, { href: address, textContent: words, className: "govuk-link" });
  box.append(`${sentence} `, link);
  page.before(box);
}

// Put a fresh part in place of an old one, and keep what was typed or picked in it, what was open, and the focus.
function swap(old, part) {
  if (!old || old.dataset.key === part.key) return;
  const holder = document.createElement("template");
  holder.innerHTML = part.html.trim();
  const fresh = holder.content.firstElementChild;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const { scrollTop } = old;
  for (const field of old.querySelectorAll("textarea[id], input[type=radio][id]")) {
    const twin = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (!twin) continue;
    if (field.type === "radio" && field.checked !== field.defaultChecked) twin.checked = field.checked;
    else if (field.type !== "radio" && field.value !== field.defaultValue) twin.value = field.value;
  }
  const opened = [...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent.trim());
  for (const summary of fresh.querySelectorAll("details > summary")) {
    if (opened.includes(summary.textContent.trim())) summary.parentElement.open = true;
  }
  old.replaceWith(fresh);
  fresh.scrollTop = scrollTop;
  if (active?.id) {
    const twin = document.getElementById(active.id);
    twin?.focus({ preventScroll: true });
    if (twin && active.type === "textarea") twin.setSelectionRange(active.selectionStart, active.selectionEnd);
  }
  initAll({ scope: fresh });
  for (const form of fresh.querySelectorAll("form")) nameGrade(form);
}

async function follow() {
  for (;;) {
    await pause(EVERY);
    await ask();
  }
}
follow();

// The button says which grade it asks for.
function nameGrade(form) {
  const button = form.querySelector("[data-with-grade]");
  if (!button) return;
  const picked = form.querySelector("input[name=grade]:checked");
  button.dataset.words ??= button.textContent.trim();
  const label = picked?.labels[0].firstChild.textContent.trim() ?? "";
  button.textContent = `${button.dataset.words} ${label}`.trim();
}
document.addEventListener("change", ({ target }) => { if (target.name === "grade") nameGrade(target.form); });
for (const form of document.forms) nameGrade(form);

// The open point shows where to look and what was seen. Its mark can be taken back.
const points = () => [...document.querySelectorAll(".qc-point")].filter((point) => point.checkVisibility());
const clear = document.createElement("button");
Object.assign(clear, { type: "button", className: "qc-linkbutton qc-quiet", textContent: "Take the mark back" });
clear.addEventListener("click", () => {
  const field = fieldOf(clear);
  for (const radio of field.radios) radio.checked = false;
  field.radios[0].focus();
  save(field);
});

function open(point) {
  if (point.classList.contains("qc-point--now")) return;
  document.querySelector(".qc-point--now")?.classList.remove("qc-point--now");
  point.classList.add("qc-point--now");
  point.querySelector(".qc-point__more").append(clear);
}
sheet.addEventListener("focusin", ({ target }) => {
  const point = target.closest(".qc-point");
  if (point) open(point);
});

// Keys: asleep while one types, and off for good where somebody turned them off.
function move(by) {
  const all = points();
  if (!all.length) return;
  const at = all.findIndex((point) => point.classList.contains("qc-point--now"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  (next.querySelector("input:checked") ?? next.querySelector("input")).focus();
  next.scrollIntoView({ block: "nearest" });
}

function pick(key) {
  const choice = [...document.querySelectorAll(`[data-pick="${key}"]`)].find((radio) => radio.checkVisibility());
  if (!choice) return;
  choice.click();
  choice.focus();
}

const allKeys = document.getElementById("all-keys");
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (page.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || allKeys.open) return;
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if ("1234".includes(key)) pick(key);
  else if (key === "?") allKeys.showModal();
  else return;
  event.preventDefault();
});
