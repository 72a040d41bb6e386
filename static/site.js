// What every page needs: GOV.UK components, a fresh form token, and a plain word when a save did not reach us.
import { initAll } from "./govuk/govuk-frontend.min.js";
import { FORMS } from "./kept/forms.js";
import "./kept/notice.js";
import "./kept/drafts.js";
import "./kept/ending.js";
import "./kept/version.js";
import "./focus.js";
import "./identifiers.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) initAll({ scope: event.detail.elt });
});

// What the browser's Back button keeps of a page may be another person's by now: it stays blank until it is fetched anew.
let stale = false;
window.addEventListener("beforeunload", (event) => { if (stale) event.stopImmediatePropagation(); });
window.addEventListener("pagehide", (event) => { if (event.persisted) document.documentElement.hidden = true; });
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  stale = true;
  location.reload();
});

// Signing in again in another tab changes the token, so the one in the cookie is the one to send.
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
document.addEventListener("htmx:configRequest", (event) => {
  if (!token()) return;
  event.detail.headers["X-CSRFToken"] = token();
  if (event.detail.parameters.csrfmiddlewaretoken) event.detail.parameters.csrfmiddlewaretoken = token();
});
document.addEventListener("submit", (event) => {
  const field = event.target.elements.namedItem("csrfmiddlewaretoken");
  if (field && token()) field.value = token();
}, true);

// Problems are said in one place, at the top of the page. A page with its own place marks it data-own-problems.
const problem = document.getElementById("qc-problem");
function say(text, link) {
  problem.replaceChildren();
  if (!text) return;
  const box = document.createElement("p");
  box.className = "qc-problem";
  box.append(text);
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.href, textContent: link.text, target: "_blank", rel: "noopener", className: "govuk-link" });
    box.append(" ", anchor);
  }
  problem.append(box);
}
const ownPlace = (event) => event.target.closest?.("[data-own-problems]");
const spoken = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.trim().replace(/\s+/g, " ");

document.addEventListener("htmx:sendError", (event) => {
  if (!ownPlace(event)) say("Not saved: Quality Counts could not be reached. Your words are still on this page. Check the connection, then try again.");
});
document.addEventListener("htmx:responseError", (event) => {
  if (ownPlace(event)) return;
  const { status, responseText } = event.detail.xhr;
  if (status === 401) say("Not saved: you have been signed out. Your words are still on this page. Sign in, come back here and save again.", { href: "/accounts/login/", text: "Sign in (opens a new tab)" });
  else if (status < 500 && responseText.length < 2000) say(spoken(responseText));
  else say("Not saved: something went wrong here. Your words are still on this page. Wait a minute, then try again.");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && !ownPlace(event)) say("");
});

// The browser asks before a page is left with words of a form that are not sent, or with anything changed in one that
// has data-unsaved: typed before this script came, too, and what a refusal shows again. Forms of FORMS ask by themselves.
let sent = null;
const changed = new Set();
const refused = performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
const isUnsent = (box) => !box.readOnly && !box.form.matches(`${FORMS}, #sheet`) && (box.value !== box.defaultValue || (refused && box.value.trim()));
const withWords = () => [...document.querySelectorAll("form[method=post] textarea")].filter(isUnsent).map((box) => box.form);
document.addEventListener("input", ({ target: { form } }) => { if (form?.matches("[data-unsaved]")) changed.add(form); });
document.addEventListener("submit", ({ target }) => { sent = target; });
window.addEventListener("beforeunload", (event) => {
  if ([...changed, ...withWords()].some((form) => form !== sent && form.isConnected)) event.preventDefault();
});

// A status line: what is happening, said once to a screen reader, how long it has taken so far and, with the address of
// its progress, how many rows are done.
const counted = (status, words, progress) => {
  const began = Date.now(), seconds = document.createElement("span");
  let rows = "";
  seconds.setAttribute("aria-hidden", "true");
  status.replaceChildren(`${words} `, seconds);
  const tick = setInterval(async () => {
    if (!seconds.isConnected) return clearInterval(tick);
    seconds.textContent = `${rows}${Math.round((Date.now() - began) / 1000)} seconds so far.`;
    if (!progress) return;
    try {
      const answer = await fetch(progress);
      if (answer.status === 200) rows = `${await answer.text()}. `;
    } catch { /* the page is on its way out, or the server busy: the next second asks again */ }
  }, 1000);
};
// data-progress on a form: where its job says how far it is, under a token that the page makes up and sends with it.
const progressOf = (form) => {
  if (!form.dataset.progress) return "";
  const token = document.createElement("input");
  Object.assign(token, { type: "hidden", name: "progress", value: Math.random().toString(36).slice(2) });
  form.querySelectorAll("[name=progress]").forEach((old) => old.remove());
  form.append(token);
  return `${form.dataset.progress}${token.value}/`;
};

// data-busy on a form: say what is happening while a long job runs.
document.addEventListener("submit", (event) => {
  const words = event.target.dataset.busy;
  if (!words || event.defaultPrevented) return;
  const status = document.createElement("p");
  status.className = "qc-busy";
  status.setAttribute("role", "status");
  event.target.append(status);
  counted(status, words, progressOf(event.target));
});
window.addEventListener("pageshow", () => document.querySelectorAll(".qc-busy").forEach((status) => status.remove()));

// data-upload on a form with a file: how much is sent, then what is being done with it. Without script it is a plain form.
document.addEventListener("submit", (event) => {
  const form = event.target, words = form.dataset.upload;
  if (!words || event.defaultPrevented) return;
  event.preventDefault();
  const bar = document.createElement("progress"), status = document.createElement("p");
  status.className = "qc-busy";
  status.setAttribute("role", "status");
  const sent = document.createElement("span");
  sent.setAttribute("aria-hidden", "true");
  status.append("Sending the file: ", sent);
  bar.max = 100;
  bar.setAttribute("aria-label", "Sending the file");
  form.append(bar, status);
  const progress = progressOf(form);
  const buttons = form.querySelectorAll("button"), stop = () => { sent = null; bar.remove(); status.remove(); buttons.forEach((one) => { one.disabled = false; }); };
  const sending = new XMLHttpRequest();
  sending.open("POST", form.action);
  sending.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = (100 * loaded) / total;
    sent.textContent = `${Math.floor(bar.value)}%`;
  });
  sending.upload.addEventListener("load", () => { bar.removeAttribute("value"); counted(status, words, progress); });
  sending.addEventListener("load", () => {
    if (sending.responseURL !== form.action && sending.status < 400) return location.assign(sending.responseURL);
    const came = new DOMParser().parseFromString(sending.responseText, "text/html"), main = came.querySelector("main");
    if (!main) { stop(); return say("The file could not be sent. Nothing has changed; try again."); }
    document.title = came.title;
    document.querySelector("main").replaceWith(main);
    main.setAttribute("tabindex", "-1");
    main.focus();
    initAll({ scope: main }); // a summary of errors takes the focus
  });
  sending.addEventListener("error", () => { stop(); say("The file could not be sent. Nothing has changed; try again."); });
  buttons.forEach((one) => { one.disabled = true; });
  sending.send(new FormData(form));
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if ("print" in button.dataset) return window.print();
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = "Selected: press Ctrl and C";
  }
});
