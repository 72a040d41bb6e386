// Drafts: forms that the server keeps as one types (hx-post, sent on the event "draft"). What it does not have yet stays
// in the tab too and is put back, so that a page left at once loses nothing; "kept" stands only while all of it is there.
import { keyOf } from "./forms.js";
import { forget, kept, lastTry, leave, leaving, linkOf, tab } from "./store.js";
import { asVersion } from "./version.js";

const QUIET = 500; // milliseconds without a key before what is typed is sent
const LONGEST = 3000; // milliseconds that typing without a rest goes unsent
const AGAIN = 3000; // milliseconds before what could not be sent is tried again
const PATIENCE = 4000; // milliseconds that leaving the page waits for the last of it
const OUTLIVES = 60000; // bytes: a browser lets no more than 64 KiB outlive their page
const FINAL = [403, 409, 413, 422]; // trying again would change nothing

// What a form says; `first`: as it came with its page.
const said = (form, first = false) => JSON.stringify([...form.elements].filter(({ name, type }) => name && !["hidden", "submit"].includes(type))
  .map((box) => [box.name, ["radio", "checkbox"].includes(box.type) ? box[first ? "defaultChecked" : "checked"] && box.value : box[first ? "defaultValue" : "value"]]));

// Which tab sends it and when: its own words never conflict with each other, however late they arrive.
function sign(data) {
  data.set("tab", tab());
  data.set("sent", Date.now());
}

// The page goes: what is answered now may have come after the next page was made, which puts the words back then.
let going = false;

class Draft {
  constructor(form) {
    this.form = form;
    const refused = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
    this.has = refused ? "" : said(form, true); // what the server has of it
    this.failed = false;
    this.over = false; // the form itself is being sent
    this.answer = this.line?.textContent; // what the server said of it last
  }
  get dirty() { return said(this.form) !== this.has; }
  get isSending() { return this.form.classList.contains("htmx-request"); }
  changed(wait = QUIET) {
    if (!this.dirty) return this.say(this.answer ?? "");
    this.say("Not saved yet.");
    const now = performance.now();
    this.since ??= now;
    return this.later(Math.max(0, Math.min(wait, this.since + LONGEST - now)));
  }
  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }
  send() {
    clearTimeout(this.timer);
    this.since = undefined;
    if (this.dirty) this.form.dispatchEvent(new Event("draft"));
  }
  heard({ successful, xhr: { status } }) {
    this.failed = !successful;
    if (successful) this.has = this.sent;
    else if (!FINAL.includes(status)) this.later(AGAIN);
    if (successful) this.answer = this.line?.textContent;
    if (!this.dirty && !going) forget(keyOf(this.form));
    if (this.dirty) this.say(this.failed ? "Not saved. Your words are kept in this tab." : "Not saved yet.");
  }
  get place() { return document.querySelector(this.form.getAttribute("hx-target")); }
  get line() { return this.place.querySelector(".qc-saved"); }
  say(text) {
    if (!this.line && this.failed) {
      const line = Object.assign(document.createElement("p"), { className: "qc-saved" });
      if (!this.place.matches("[role=status]")) line.setAttribute("role", "status");
      this.place.prepend(line);
    }
    this.line?.classList.toggle("qc-saved--not", this.failed);
    if (this.line) this.line.textContent = text;
  }
  // Sent and answered, or given up for now.
  async flush() {
    const end = performance.now() + PATIENCE;
    this.send();
    while ((this.isSending || (this.dirty && !this.failed)) && performance.now() < end) await new Promise((done) => { setTimeout(done, 50); });
    return !this.dirty;
  }
  // The page goes: what can outlive it is sent once more.
  sendLast() {
    const data = new FormData(this.form);
    sign(data);
    const body = String(new URLSearchParams(data));
    if (body.length > OUTLIVES) return;
    const headers = { ...asVersion, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" };
    fetch(this.form.getAttribute("hx-post"), { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }
  // Thrown away by hand, or in the server's hands already.
  drop() {
    forget(keyOf(this.form));
    this.has = said(this.form);
  }
}

const drafts = new Map([...document.querySelectorAll("form[hx-post]")].map((form) => [form, new Draft(form)]));
const unsent = () => [...drafts.values()].filter((draft) => draft.dirty && !draft.over);
const flushAll = async () => (await Promise.all(unsent().map((draft) => draft.flush()))).every(Boolean);
const draftOf = (event) => drafts.get(event.detail.elt);

if (drafts.size) {
  lastTry.save = flushAll;
  // What was put back is sent again, unless the server has it by now.
  document.addEventListener("htmx:load", () => drafts.forEach((draft) => (draft.dirty ? draft.changed(0) : draft.drop())), { once: true });
  document.addEventListener("input", ({ target }) => {
    going = false;
    drafts.get(target.form)?.changed();
  });
  document.addEventListener("change", ({ target }) => drafts.get(target.form)?.changed(100));
  document.addEventListener("htmx:configRequest", (event) => {
    const draft = draftOf(event);
    if (!draft) return;
    draft.sent = said(draft.form);
    // htmx adds the button that was pressed last: a draft presses none.
    for (const { name } of draft.form.querySelectorAll("button[name]")) event.detail.formData.delete(name);
    sign(event.detail.formData);
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (draftOf(event)?.over) event.preventDefault(); });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (drafts.has(detail.requestConfig.elt) && detail.xhr.status === 422) Object.assign(detail, { shouldSwap: false, isError: true });
  });
  document.addEventListener("htmx:afterRequest", (event) => draftOf(event)?.heard(event.detail));
  window.addEventListener("online", () => unsent().forEach((draft) => draft.send()));

  // The form itself is sent once what was on its way has come back, and nothing follows it.
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    const draft = drafts.get(form);
    if (!draft) return;
    if (submitter?.hasAttribute("data-clear")) draft.drop();
    if (!draft.isSending && (!draft.dirty || draft.failed)) {
      draft.over = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    await draft.flush();
    draft.failed = draft.dirty; // however that went: the form says all of it
    form.requestSubmit(submitter);
  }, true);
  window.addEventListener("pageshow", () => drafts.forEach((draft) => { draft.over = false; }));

  document.addEventListener("click", async (event) => {
    const link = linkOf(event);
    if (!link || !unsent().length) return;
    event.preventDefault();
    await flushAll();
    leave(() => location.assign(link.href));
  });
  window.addEventListener("beforeunload", (event) => {
    going = true;
    const left = unsent();
    for (const draft of left) if (!draft.failed) draft.sendLast();
    if (!leaving.kept && left.some((draft) => draft.failed || !kept().has(keyOf(draft.form)))) event.preventDefault();
  });
}
