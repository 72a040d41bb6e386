// The fields of the page: which of them are not saved, and what stands at the top about it.
import { Field } from "./field.js";
import { say } from "./server.js";

export const fields = new Map([...document.querySelectorAll("[data-field]")].map((root) => [root.dataset.field, new Field(root)]));
export const fieldOf = (element) => fields.get(element.closest("[data-field]")?.dataset.field);
export const unsaved = () => [...fields.values()].filter((field) => field.dirty);
export const stuck = () => [...fields.values()].find((field) => field.stuck);
export const waiting = []; // those to be saved, in the order of change

// saving.js hears of it: the server is reached again, or a paused meeting goes on.
export const free = new EventTarget();

let time = "";
export const savedAt = (clock) => { time = clock; };

// Where one goes to mend what is stuck.
export function wayTo(field) {
  const link = document.createElement("a");
  Object.assign(link, { href: `#${field.box.id}`, textContent: `Go to “${field.title}”`, className: "govuk-link" });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.radios[0]?.focus();
    field.box.focus();
  });
  return link;
}
export const sayStuck = (field) => say("Not saved. Your words are kept. ", true, wayTo(field));

// "Saved 14:32" stands only while every word on the page is saved: the server's word for the last of them.
export function sayState() {
  if (stuck()) sayStuck(stuck());
  else if (!unsaved().length) say(time && `Saved ${time}`);
}
export function typing(field) {
  if (field.dirty && !stuck() && ![...fields.values()].some((other) => other.failures)) say("");
}
