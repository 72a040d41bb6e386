// The forms of the grade: what is written is saved first, then the form is sent from here, and the page follows the news.
import { keyOf } from "../kept/forms.js";
import { forget } from "../kept/store.js";
import { stuck, unsaved, wayTo } from "./fields.js";
import { ask } from "./news.js";
import { flush, leavePage } from "./saving.js";
import { askToSignIn, post, say, sentenceOf, session } from "./server.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id === "sheet" || form.closest("dialog") || form.matches("[data-sign-out]")) return;
  const grading = "gradeForm" in form.dataset;
  if (!grading && !unsaved().length) return void leavePage(() => {});
  event.preventDefault();
  const saved = await flush();
  if (!grading) leavePage(() => form.submit());
  else if (saved) await grade(form);
  else sayWhyNot(problemOf(form));
});

// A grade is given on what is saved. What is not, is said beside the button, with the way to it.
function sayWhyNot(problem) {
  if (session.over) problem.textContent = "Not sent: you have been signed out. Sign in at the top, then press again. Your words are kept.";
  else if (stuck()) problem.replaceChildren("Not sent: something on this page is not saved. Mend it first, then press again. ", wayTo(stuck()));
  else problem.textContent = "Not sent: what you wrote on this page is not saved yet, as Quality Counts could not be reached. Your words are kept. Try again.";
  problem.tabIndex = -1;
  problem.focus();
}

const problemOf = (form) => form.querySelector("[data-problem]") ?? document.getElementById("grade-problem");

async function grade(form) {
  const problem = problemOf(form);
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
  forget(keyOf(form));
  form.reset();
  await ask(0);
  document.getElementById(form.dataset.after ?? "a-grade")?.focus();
}

// Without this script a proposal goes with the sheet. With it, it is a form of its own.
function own(root) {
  for (const part of root.querySelectorAll("[data-grade-form] [form=sheet]")) part.removeAttribute("form");
}
own(document);
document.addEventListener("qc:fresh", ({ target }) => own(target));

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
document.addEventListener("qc:fresh", ({ target }) => { for (const form of target.querySelectorAll("form")) nameGrade(form); });
for (const form of document.forms) nameGrade(form);
