// Forms whose words are kept while they are typed: put back when the form is on a page again, and forgotten once sent.
import { forget, keep, kept, leave, leaving, place, shown } from "./store.js";

export const FORMS = "form[data-keep], form[data-grade-form], form.qc-bringin, form[hx-post]";
export const keyOf = (form) => `form ${new URL(form.getAttribute("action") ?? "", location.href).pathname}`;
const textsOf = (form) => [...form.querySelectorAll("textarea, input.govuk-input")];
const choicesOf = (form) => [...form.querySelectorAll("input[type=radio], input[type=checkbox]")];
const isDraft = (form) => form.matches("form[hx-post]"); // drafts.js sends it as one types
const isAnew = (box) => box.value !== box.defaultValue;
// What a page shows again after a refusal is not saved either.
const isTyped = (form) => textsOf(form).some((box) => isAnew(box) || (form.matches("[data-keep]") && box.value.trim()))
  || (isDraft(form) && choicesOf(form).some((choice) => choice.checked !== choice.defaultChecked));

function keepForm(form) {
  if (!isTyped(form)) return void forget(keyOf(form));
  const values = { ...kept().get(keyOf(form))?.values };
  for (const box of textsOf(form)) values[box.name] = box.value;
  for (const { name } of choicesOf(form)) {
    const picked = choicesOf(form).filter((choice) => choice.name === name && choice.checked);
    if (picked.length || isDraft(form)) values[name] = picked.map((choice) => choice.value);
  }
  const first = textsOf(form).find(isAnew) ?? textsOf(form)[0];
  return keep(keyOf(form), {
    page: location.pathname + location.search,
    anchor: first?.id,
    title: first?.labels[0]?.textContent.trim() ?? "",
    where: document.querySelector("h1")?.textContent.trim() ?? "",
    text: textsOf(form).map((box) => box.value).filter(Boolean).join("\n\n"),
    titles: Object.fromEntries(textsOf(form).map((box) => [box.name, box.labels[0]?.textContent.trim()])),
    values,
  });
}

// Words whose box a newer version of the page no longer has are kept by themselves, to be shown and copied.
function setApart(key) {
  const words = kept().get(key);
  const boxes = [...document.querySelectorAll(FORMS)].filter((form) => keyOf(form) === key).flatMap(textsOf);
  for (const [name, text] of Object.entries(words?.values ?? {})) {
    if (typeof text !== "string" || boxes.some((box) => box.name === name)) continue;
    delete words.values[name];
    if (text.trim()) keep(`${key} ${name}`, { ...words, title: words.titles?.[name] ?? words.title, text, values: {} });
    keep(key, words);
  }
  return words;
}

// What was typed before this script came follows what was kept from before.
function both(words, box) {
  if (!isAnew(box) || words.includes(box.value)) return words;
  return box.value.includes(words) ? box.value : `${words}${box.matches("textarea") ? "\n" : " "}${box.value}`;
}

// The words come back into their form, which says that they are not sent.
function putBack(form) {
  const key = keyOf(form);
  const words = setApart(key);
  if (!words) return;
  shown.add(key);
  const other = textsOf(form).filter((box) => box.name in words.values && box.value !== words.values[box.name]);
  if (!(other.length || isDraft(form))) return;
  for (const box of other) box.value = both(words.values[box.name], box);
  for (const choice of choicesOf(form)) if (choice.name in words.values) choice.checked = words.values[choice.name].includes(choice.value);
  form.closest("details")?.setAttribute("open", "");
  if (isDraft(form)) return;
  const line = document.createElement("p");
  line.className = "qc-unsent";
  line.append("Not sent yet: your words are put back as you left them. Send them, or ");
  const away = document.createElement("button");
  Object.assign(away, { type: "button", className: "qc-linkbutton", textContent: "throw them away" });
  away.addEventListener("click", () => {
    forget(key);
    form.reset();
    line.remove();
    other[0].focus();
  });
  line.append(away);
  other[0].closest(".govuk-form-group, form").before(line);
}

// Words that the browser itself puts back, as its Back button may, can have been sent long ago.
export function putBackForms(root = document) {
  const isNew = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  for (const form of root.querySelectorAll(FORMS)) {
    putBack(form);
    if (isNew && textsOf(form).some(isAnew)) keepForm(form);
  }
}

// What was sent came through if another page answers for it: where the form stands again, or the answer is a refusal,
// its words stay kept.
export function forgetSent() {
  const refused = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
  const there = new Set([...document.querySelectorAll(FORMS)].map(keyOf));
  for (const [key, words] of kept()) {
    if (!words.sent) continue;
    if (refused || there.has(key)) keep(key, { ...words, sent: false });
    else forget(key);
  }
}

if (place) {
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => { if (target.form?.matches(FORMS)) keepForm(target.form); });
  }
  // Links and buttons lead to pages that show what is kept; before the tab is closed the browser asks.
  const isOpen = () => [...document.querySelectorAll("form[data-keep]")].some((form) => isTyped(form) && kept().has(keyOf(form)));
  window.addEventListener("beforeunload", (event) => { if (!leaving.kept && isOpen()) event.preventDefault(); });
  document.addEventListener("click", ({ target }) => { if (isOpen() && target.closest("a[href]:not([target])")) leave(() => {}); });
  document.addEventListener("submit", ({ target }) => {
    if (isOpen()) leave(() => {});
    const words = target.matches("form[data-keep], form.qc-bringin") && kept().get(keyOf(target));
    if (words) keep(keyOf(target), { ...words, sent: true });
  });
  document.addEventListener("qc:fresh", ({ target }) => { if (target.isConnected) putBackForms(target); });
}
