// Signed out in the middle: sign in again over the page, which keeps every word, and save what waits.
import { ask } from "./news.js";
import { hurry } from "./saving.js";
import { ended, say, session, token } from "./server.js";

const dialog = document.getElementById("sign-in");
const form = dialog.querySelector("form");
const problem = document.getElementById("sign-in-problem");

// What other pages of the site say of a wrong password, in their words.
const mistakeIn = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".govuk-error-summary__list")?.textContent.trim();

ended.addEventListener("ended", () => {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "qc-linkbutton", textContent: "Sign in" });
  button.addEventListener("click", () => { dialog.showModal(); });
  document.getElementById("saved").append(button);
});

// Signed in again from the page's cover (kept/ending.js), in another tab.
document.addEventListener("qc:signed-in", async () => {
  if (await ask(0)) hurry();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  try {
    await fetch(form.action, { cache: "no-store" }); // the token of before may be gone with the session
    const body = new URLSearchParams(new FormData(form));
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
    if (reply.type !== "opaqueredirect") {
      problem.textContent = mistakeIn(await reply.text()) ?? "That did not work. Try again, or sign in another way.";
      return;
    }
  } catch {
    problem.textContent = "Quality Counts could not be reached. Try again.";
    return;
  }
  session.over = false;
  form.reset();
  dialog.close();
  say("Signed in.");
  if (await ask(0)) hurry();
});
