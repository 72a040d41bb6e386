// Themes of the notes: the sheet comes when it is opened, and each tick is saved by itself, apart from the notes.
import { flush } from "./saving.js";
import { asScript, askToSignIn, post, sentenceOf } from "./server.js";

const LOST = "Themes not saved: Quality Counts could not be reached.";
const part = document.getElementById("themes");
const place = part?.querySelector(".govuk-details__text");
const address = place?.querySelector("a").href;
const status = document.createElement("p");
status.className = "qc-quiet";
status.setAttribute("role", "status");

// The notes are saved first: only a note with words on record can carry a theme.
part?.addEventListener("toggle", async () => {
  if (!part.open) return;
  await flush();
  try {
    const reply = await fetch(address, { headers: asScript, cache: "no-store" });
    if (reply.status === 401) return void askToSignIn();
    if (!reply.ok) return void (place.textContent = await sentenceOf(reply));
    place.innerHTML = await reply.text();
    status.textContent = "";
    place.append(status);
  } catch { /* the link that stands here leads to the same sheet */ }
});

// One after the other, so that the last tick is the last word.
let before = Promise.resolve();
part?.addEventListener("change", ({ target }) => { before = before.then(() => save(target.form)); });
part?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  before = before.then(() => save(event.target));
});

async function save(form) {
  const button = form.querySelector("button");
  let said = LOST;
  try {
    const reply = await post(form.action, new FormData(form));
    if (reply.status === 401) askToSignIn();
    else said = reply.ok ? `Themes saved ${(await reply.json()).saved}` : await sentenceOf(reply);
    button.classList.toggle("qc-byhand", reply.ok);
  } catch {
    button.classList.remove("qc-byhand");
  }
  if (status.textContent !== said) status.textContent = said;
}
