// What one wrote and the other replaced stands at its field until one says that it is fine or puts it beside theirs.
import { fields } from "./fields.js";
import { post } from "./server.js";
import { save } from "./saving.js";

const words = () => [...document.querySelectorAll("[data-replaced]")];

// An answer may still be on its way while the page, or a part of it, is asked for again: what is answered stays away.
const ANSWERED = "qc-answered";
const answered = () => JSON.parse(sessionStorage.getItem(ANSWERED) ?? "[]");
const keep = (keys) => sessionStorage.setItem(ANSWERED, JSON.stringify(keys));

function place() {
  for (const notice of words()) {
    if (answered().includes(notice.dataset.time)) {
      notice.remove();
      continue;
    }
    const field = fields.get(notice.dataset.replaced);
    if (!field || notice.parentElement === field.root) continue;
    field.root.append(notice);
    notice.querySelector("[data-beside]").hidden = false;
  }
}
document.addEventListener("qc:fresh", ({ target }) => {
  if (target.id !== "part-replaced") return;
  // One that is said already is not said again.
  const fresh = new Map([...target.querySelectorAll("[data-replaced]")].map((notice) => [notice.textContent, notice]));
  for (const notice of words().filter((notice) => !target.contains(notice))) (fresh.get(notice.textContent) ?? notice).remove();
  place();
});
place();

document.addEventListener("click", ({ target }) => {
  const notice = target.closest("[data-beside]")?.closest("[data-replaced]");
  if (!notice) return;
  const field = fields.get(notice.dataset.replaced);
  field.set(field.choice, field.with(notice.querySelector("[data-words]").textContent));
  answer(notice);
  save(field);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-answer]")) return;
  event.preventDefault();
  event.stopPropagation();
  answer(document.querySelector(`[data-replaced="${event.target.id.replace("replaced-", "")}"]`));
}, true);

// Where it is refused, it is shown again with the next page.
function answer(notice) {
  const form = document.getElementById(`replaced-${notice.dataset.replaced}`);
  const { time } = notice.dataset;
  keep([...answered(), time]);
  post(form.action, new FormData(form)).then(({ ok }) => ok || keep(answered().filter((other) => other !== time)), () => {});
  fields.get(notice.dataset.replaced)?.box.focus();
  notice.remove();
}
