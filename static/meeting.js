// The live meeting: saves each field as it changes, follows the other chair, and answers to keys.
// Without this script every part of the page is a plain form.
import { leaving, linkOf } from "./kept/store.js";
import { follow } from "./meeting/bell.js";
import "./meeting/grading.js";
import "./meeting/keys.js";
import "./meeting/replaced.js";
import "./meeting/signin.js";
import "./meeting/themes.js";
import "./meeting/together.js";
import { fieldOf, fields, typing, unsaved, waiting } from "./meeting/fields.js";
import { ask } from "./meeting/news.js";
import { flush, leavePage, save, send } from "./meeting/saving.js";

const sheet = document.getElementById("sheet");
const QUIET = 800; // milliseconds without a key before what is typed is saved
const LONGEST = 3000; // milliseconds that typing without a rest goes unsaved
const timers = new Map();

document.body.classList.add("qc-autosave");
document.getElementById("keys").hidden = false;

sheet.addEventListener("input", ({ target }) => {
  const field = fieldOf(target);
  if (!field || target.type === "radio") return;
  if (!timers.has(field)) ask(undefined, field.key);
  const { first = performance.now(), timer } = timers.get(field) ?? {};
  field.keep();
  field.count();
  typing(field);
  clearTimeout(timer);
  const rest = Math.max(0, Math.min(QUIET, first + LONGEST - performance.now()));
  timers.set(field, { first, timer: setTimeout(() => { timers.delete(field); save(field); }, rest) });
});
sheet.addEventListener("change", ({ target }) => {
  const field = fieldOf(target);
  if (!field) return;
  field.compare();
  typing(field);
  save(field);
});
sheet.addEventListener("focusout", ({ target }) => {
  const field = fieldOf(target);
  if (field?.dirty) save(field);
  else if (field?.heard && target === field.box) setTimeout(() => { if (!field.dirty && !field.inUse) field.take(); });
});
sheet.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { submitter } = event;
  await flush();
  if (!submitter?.hasAttribute("formaction")) return;
  sheet.action = submitter.formAction;
  leavePage(() => sheet.submit());
});

// Before the page is loaded anew or its tab is closed, the browser asks: what is kept ends with the tab.
const unsent = () => [...document.querySelectorAll("[data-grade-form] textarea")].some((box) => box.value !== box.defaultValue);
window.addEventListener("beforeunload", (event) => {
  const left = unsaved();
  for (const field of left) if (!waiting.includes(field) && !field.stuck) send(field);
  if (!leaving.kept && (unsent() || left.some((field) => waiting.includes(field) || field.stuck))) event.preventDefault();
});
document.addEventListener("click", async (event) => {
  const link = linkOf(event);
  if (!link || (!unsaved().length && !unsent())) return;
  event.preventDefault();
  await flush();
  leavePage(() => location.assign(link.href));
});

// What is folded where there is little room is open on a desk.
const desk = matchMedia("(min-width: 75rem)");
const fold = () => { for (const part of document.querySelectorAll(".qc-fold")) part.open = desk.matches; };
desk.addEventListener("change", fold);
fold();

// In a low window, as at 400 %, a new step begins at its first question; what is kept and not saved comes before that.
const low = matchMedia("(max-width: 74.99rem) and (max-height: 36.99rem)");
window.addEventListener("load", () => {
  const anew = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (anew && low.matches && !location.hash && !document.querySelector(".qc-kept")) {
    document.querySelector(".qc-points__h, .qc-propose, [data-field]")?.scrollIntoView();
  }
});

for (const field of fields.values()) if (field.putBack() || field.dirty) save(field);
if (!("own" in document.getElementById("meeting").dataset)) follow();
