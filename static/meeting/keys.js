// The open point, and the keys.
import { fieldOf, save } from "./saving.js";

const page = document.getElementById("meeting");
const sheet = document.getElementById("sheet");

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

// What opens above a point, or closes, must not move the point that is being used.
function open(point) {
  if (!point || point.classList.contains("qc-point--now")) return;
  const { top } = point.getBoundingClientRect();
  const moved = () => point.getBoundingClientRect().top - top;
  const before = document.querySelector(".qc-point--now");
  before?.classList.remove("qc-point--now");
  point.classList.add("qc-point--now");
  point.querySelector(".qc-point__more .govuk-form-group").prepend(clear);
  if (window.scrollY + moved() < 0) before.classList.add("qc-point--left");
  requestAnimationFrame(() => window.scrollBy(0, moved()));
}
// A press opens its point with its click, which for a finger comes well after it is lifted: until then nothing may move
// from under it.
let pressed = false;
sheet.addEventListener("pointerdown", () => { pressed = true; });
for (const over of ["click", "keydown"]) document.addEventListener(over, () => { pressed = false; });
sheet.addEventListener("focusin", ({ target }) => { if (!pressed) open(target.closest(".qc-point")); });
sheet.addEventListener("click", ({ target }) => open(target.closest(".qc-point")));

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

const MARKS = { e: "evidenced", p: "partly", n: "not_evidenced", x: "not_applicable" };
function mark(value) {
  const choice = document.querySelector(`.qc-point--now input[value="${value}"]`);
  if (!choice?.checkVisibility()) return;
  choice.click();
  choice.focus();
}

const allKeys = document.getElementById("all-keys");
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (page.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if ("1234".includes(key)) pick(key);
  else if (key in MARKS) mark(MARKS[key]);
  else if (key === "?") allKeys.showModal();
  else return;
  event.preventDefault();
});
