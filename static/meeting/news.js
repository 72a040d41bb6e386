// News: who is here, which parts of the page changed, what each field says now.
import { rememberFocus } from "../focus.js";
import { initAll } from "../govuk/govuk-frontend.min.js";
import { heed } from "../kept/version.js";
import { fields, free, sayState, stuck, unsaved, waiting } from "./fields.js";
import { as, asScript, askToSignIn, base, say, sentenceOf, session, step } from "./server.js";

const MOMENT = 1000; // milliseconds
const page = document.getElementById("meeting");

let seen = Number(page.dataset.revision);
let missed = 0;
let asked = -Infinity;
let wanted = 0;
let asking = null;
let later;

// What each part shows now, so that the server sends only what is another.
const shown = () => Object.fromEntries([...document.querySelectorAll("[id^=part-]")].map((part) => [part.id.slice(5), part.dataset.key]));

// `typing`: the field in which one has begun to type, for the other to know before they pause or end.
export async function ask(since = seen, typing = "") {
  let news;
  try {
    const reply = await fetch(`${base}live/?${new URLSearchParams({ seen: since, step, as, typing, ...shown() })}`, { headers: asScript, cache: "no-store" });
    heed(reply);
    if (reply.status === 401) return void askToSignIn();
    if (reply.status === 409) return void over(await sentenceOf(reply), location.href.replace(/#.*/, ""), "Open the meeting again");
    if (!reply.ok) throw new Error(reply.status);
    news = await reply.json();
  } catch {
    missed += 1;
    if (missed > 1) say(unsaved().length ? "Not saved, trying. Your words are kept." : "No connection, trying. Your words are kept.", true);
    return undefined;
  }
  const back = session.over;
  session.over = false;
  const returned = back || missed > 1;
  if (returned && !waiting.length) say("");
  if (returned || stuck()) sayState(); // what was saved meanwhile still is
  if ((back || missed) && waiting.length) free.dispatchEvent(new Event("free"));
  missed = 0;
  asked = performance.now();
  show(news);
  return news;
}

function show(news) {
  document.getElementById("other")?.classList.toggle("qc-state--here", news.here);
  const word = document.getElementById("other-here");
  if (word && word.textContent !== (news.here ? "here" : "away")) word.textContent = news.here ? "here" : "away";
  showPlace(news);
  if (news.over) over(news.why, news.over, "Go on from here");
  else if (over.said && over.said !== OTHER_QUESTIONS) goOn();
  if (news.revision < seen) return undefined;
  seen = news.revision;
  if (!news.fields) return undefined;
  if (news.points && news.points !== page.dataset.points) over(OTHER_QUESTIONS, location.href.replace(/#.*/, ""), "Show them");
  for (const [name, part] of Object.entries(news.parts ?? {})) swap(document.getElementById(`part-${name}`), part);
  if (news.parts?.bar) countInTab();
  if (news.parts?.gradebar) sayGrade();
  for (const [key, [was, choice, text, by]] of Object.entries(news.fields)) {
    news.fields[key] = { version: Number.parseInt(was, 10), choice, text, by };
    fields.get(key)?.hear(news.fields[key]);
  }
  return undefined;
}

// "(2) Assessment, live audit …": what is yours to confirm is seen from another tab as well.
function countInTab() {
  const { yours } = document.getElementById("part-bar").dataset;
  document.title = (Number(yours) ? `(${yours}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}

// How the grade of this step stands now, once, for whoever does not see it change.
function sayGrade() {
  document.getElementById("grade-said").textContent = document.querySelector("#part-gradebar p").textContent.trim();
}

// The step that the other has open, and the way to it.
function showPlace({ here, place = "", place_in_words: words = "" }) {
  const shown = document.getElementById("other-place");
  if (!shown) return;
  const join = shown.querySelector("a");
  shown.hidden = !here || !words;
  if (join.getAttribute("href") === `?step=${place}`) return;
  shown.firstChild.textContent = `${words} `;
  join.href = `?step=${place}`;
  join.hidden = place === step;
}

// The minutes together, as long as the meeting goes on.
setInterval(() => {
  const minutes = document.getElementById("minutes");
  if (minutes && (!over.said || over.said === OTHER_QUESTIONS)) minutes.textContent = Number(minutes.textContent) + 1;
}, 60 * MOMENT);

const OTHER_QUESTIONS = "The questions on this step have changed.";

function over(sentence, address, words) {
  if (over.said === sentence) return;
  document.querySelector(".qc-over")?.remove();
  over.said = sentence;
  const box = document.createElement("p");
  const link = document.createElement("a");
  box.className = "qc-over";
  box.setAttribute("role", "alert");
  Object.assign(link, { href: address, textContent: words, className: "govuk-link" });
  box.append(`${sentence} `, link);
  page.before(box);
}

// A paused meeting goes on: what could not be saved meanwhile is saved now.
function goOn() {
  document.querySelector(".qc-over").remove();
  over.said = "";
  free.dispatchEvent(new Event("free"));
}

// Put a fresh part in place of an old one, and keep what was typed or picked in it, what was open, and the focus.
function swap(old, part) {
  if (!old || old.dataset.key === part.key) return;
  const holder = document.createElement("template");
  holder.innerHTML = part.html.trim();
  const fresh = holder.content.firstElementChild;
  if (old.matches("[role=status]")) { // it stays, so that what comes into it is spoken
    old.replaceChildren(...fresh.childNodes);
    old.dataset.key = part.key;
    return;
  }
  const back = rememberFocus(old);
  const { scrollTop } = old;
  for (const field of old.querySelectorAll("textarea[id], input[type=radio][id]")) {
    const twin = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (!twin || field.closest("[data-field]")) continue; // a field brings its own along
    if (field.type === "radio" && field.checked !== field.defaultChecked) twin.checked = field.checked;
    else if (field.type !== "radio" && field.value !== field.defaultValue) twin.value = field.value;
  }
  const nameOf = (summary) => summary.parentElement.id || summary.textContent.trim();
  const opened = [...old.querySelectorAll("details[open] > summary")].map(nameOf);
  for (const summary of fresh.querySelectorAll("details > summary")) {
    if (opened.includes(nameOf(summary))) summary.parentElement.open = true;
  }
  old.replaceWith(fresh);
  fresh.scrollTop = scrollTop;
  back(fresh);
  initAll({ scope: fresh });
  fresh.dispatchEvent(new CustomEvent("qc:fresh", { bubbles: true }));
}

// Somebody says that there is this revision. However many say so meanwhile, one question after another is enough.
// A number that is known already may still mean that somebody came or went: that has time for a moment.
export function look(revision = Infinity) {
  if (revision <= seen && !asking && performance.now() - asked < MOMENT) {
    clearTimeout(later);
    later = setTimeout(look, MOMENT);
    return undefined;
  }
  if (revision < Infinity) wanted = Math.max(wanted, revision);
  asking ??= (async () => {
    while ((await ask()) && seen < wanted);
  })().finally(() => { asking = null; });
  return asking;
}

// What this page saved itself is this revision: ask, unless the bell was faster.
export const lookFor = (revision) => (revision > seen || asking ? look(revision) : undefined);
