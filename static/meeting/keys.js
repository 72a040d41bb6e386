// The open point, and the keys.
import { fieldOf } from "./fields.js";
import { save } from "./saving.js";

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
let pointer = ""; // what the last press was made with, until a key is used
sheet.addEventListener("pointerdown", () => { pressed = true; });
for (const over of ["click", "keydown"]) document.addEventListener(over, () => { pressed = false; });
sheet.addEventListener("focusin", ({ target }) => { if (!pressed) open(target.closest(".qc-point")); });
sheet.addEventListener("click", ({ target }) => {
  const point = target.closest(".qc-point");
  open(point);
  if (point && pointer === "mouse" && target.matches(".qc-mark input")) seenIn(point).focus({ preventScroll: true });
});
document.addEventListener("pointerdown", ({ pointerType }) => { pointer = pointerType; }, true);

// After a mark by mouse one types what one saw. After a finger no keyboard on the screen jumps up, but a real one's first
// letter goes there too.
const seenIn = (point) => point.querySelector(".qc-point__more .govuk-input");

// Keys: j or k wakes them; a press of the mouse or a finger, or a box to type in, puts them to sleep. Off for good where
// somebody turned them off.
let awake = false;
function wake(now) {
  if (awake === now) return;
  awake = now;
  const word = document.getElementById("keys-awake");
  if (word) word.textContent = now ? "Keys are on" : "Keys are off until you press j or k";
}
document.addEventListener("pointerdown", () => wake(false), true);
document.addEventListener("focusin", ({ target }) => { if (isTyped(target)) wake(false); });
const isTyped = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

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
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const point = pointer && target.matches(".qc-mark input") && target.closest(".qc-point");
  if (point && key.length === 1 && key !== " ") return seenIn(point).focus({ preventScroll: true });
  pointer = "";
  if (isTyped(target)) return;
  if (page.dataset.keys === "off") return;
  if (key === "j" || key === "k") {
    wake(true);
    move(key === "j" ? 1 : -1);
  } else if (key === "?") allKeys.showModal();
  else if (!awake) return;
  else if ("1234".includes(key)) pick(key);
  else if (key in MARKS) mark(MARKS[key]);
  else return;
  event.preventDefault();
});
