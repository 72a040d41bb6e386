// The live meeting: saves each field as it changes, follows the other chair, and answers to keys.
// Without this script every part of the page is a plain form.
import { follow } from "./meeting/bell.js";
import "./meeting/grading.js";
import "./meeting/keys.js";
import "./meeting/signin.js";
import "./meeting/themes.js";
import { fieldOf, flush, save, typing, unsaved, waiting } from "./meeting/saving.js";
import { post } from "./meeting/server.js";

const sheet = document.getElementById("sheet");
const QUIET = 800; // milliseconds without a key before what is typed is saved
const timers = new Map();

document.body.classList.add("qc-autosave");
document.getElementById("keys").hidden = false;

sheet.addEventListener("input", ({ target }) => {
  const field = fieldOf(target);
  if (!field || target.type === "radio") return;
  typing(field);
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => save(field), QUIET));
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
  if (!(await flush()) || !submitter?.hasAttribute("formaction")) return;
  sheet.action = submitter.formAction;
  sheet.submit();
});

window.addEventListener("beforeunload", (event) => {
  const left = unsaved();
  for (const field of left) if (!waiting.includes(field) && !field.clashing) post(field.address, field.values()).catch(() => {});
  const unsent = [...document.querySelectorAll("[data-grade-form] textarea")].some((box) => box.value !== box.defaultValue);
  if (unsent || left.some((field) => waiting.includes(field) || field.clashing)) event.preventDefault();
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !unsaved().length) return;
  if (link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  await flush();
  location.assign(link.href);
});

follow();
