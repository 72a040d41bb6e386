// The forms of the grade: what is written is saved first, then the form is sent from here, and the page follows the news.
import { ask } from "./news.js";
import { flush, unsaved } from "./saving.js";
import { askToSignIn, post, say, sentenceOf } from "./server.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id === "sheet" || form.closest("dialog")) return;
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
