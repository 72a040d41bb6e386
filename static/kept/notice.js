// What is kept and has no box on this page is shown on every page, to copy, to go to or to throw away.
import { forgetSent, keyOf, putBackForms } from "./forms.js";
import { forget, kept, lastTry, leave, place, shown } from "./store.js";

const element = (name, more, ...children) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...children);
  return made;
};
const button = (textContent, act, className = "qc-linkbutton") => {
  const made = element("button", { type: "button", className, textContent });
  made.addEventListener("click", act);
  return made;
};

export function showKept() {
  if (!place) return;
  const forms = new Set([...document.forms].map(keyOf));
  const elsewhere = [...kept()].filter(([key]) => !(key.startsWith("form ") ? forms.has(key) : shown.has(key)));
  place.replaceChildren();
  if (!elsewhere.length) return;
  const box = element("section", { className: "qc-kept" },
    element("h2", { className: "govuk-heading-s", textContent: "Your words that are not saved", tabIndex: -1 }),
    element("p", { textContent: "They are kept in this tab, for you alone, until they are saved or you throw them away. If you close the tab they are lost." }));
  box.setAttribute("aria-label", "Words that are not saved");
  elsewhere.forEach(([key, words], nth) => box.append(entry(key, words, `kept-${nth}`)));
  place.append(box);
}

function entry(key, { page, anchor, title, where, text, choice }, id) {
  const label = element("label", { className: "govuk-label", htmlFor: id }, element("b", { textContent: title }), ` ${where}`);
  const words = element("textarea", { className: "govuk-textarea", id, rows: 3, readOnly: true, value: [choice, text].filter(Boolean).join(". ") });
  const copy = button("Copy", () => {});
  copy.dataset.copy = id;
  return element("div", { className: "govuk-form-group" }, label, words, element("p", { className: "qc-row" },
    element("a", { className: "govuk-link", href: `${page}#${anchor}`, textContent: "Go to its box" }), copy,
    button("Throw it away", () => {
      forget(key);
      showKept();
      (place.querySelector("h2") ?? document.getElementById("main-content")).focus();
    })));
}

// Signing out, or handing the screen on: what can be saved is saved, and nothing of what cannot stays behind.
function askBeforeSigningOut(form) {
  const dialog = element("dialog", { className: "qc-dialog" });
  const act = form.querySelector("button").textContent.trim().replace(/^./, (letter) => letter.toLowerCase());
  dialog.setAttribute("aria-label", "Words that are not saved");
  dialog.append(
    element("h2", { className: "govuk-heading-s", textContent: "Some of your words are not saved" }),
    element("p", { textContent: "Nothing of them stays on this computer when you go. Stay to save, send or copy them, or throw them away." }),
    element("p", {}, button("Stay here", () => dialog.close(), "govuk-button qc-button--s")),
    element("p", {}, button(`Throw them away and ${act}`, () => {
      for (const key of kept().keys()) forget(key);
      leave(() => form.submit());
    }, "govuk-button govuk-button--secondary qc-button--s")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

if (place) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    const saved = await lastTry.save();
    if (kept().size) askBeforeSigningOut(form);
    else leave(() => form.submit(), !saved);
  });
  forgetSent();
  putBackForms();
  document.addEventListener("qc:fresh", showKept);
  document.addEventListener("DOMContentLoaded", showKept);
  window.addEventListener("pageshow", showKept);
}
