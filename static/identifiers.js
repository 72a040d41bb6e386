// What points to a person is noticed as one types, in the page alone: nothing is sent for it and nothing is blocked.
// The same shapes as qualitycounts/base/identifiers.py.
const MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const NHS_NUMBER = /(?<![\d/.-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d/-])/g;
const SHAPES = {
  "an e-mail address": /[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi,
  "a telephone number": /(?<![\w/.-])(?:\+44[ -]?(?:\(0\) ?)?|0044[ -]?|\(?0)[1-3578](?:[ ().-]{0,2}\d){8,9}(?![\d/-])/gi,
  "a postcode": /\b(?:[a-z]{1,2}\d[a-z\d]?) \d(?!st|nd|rd|th)[abd-hjlnp-uw-z]{2}\b/gi,
  "a date of birth": new RegExp(
    "\\b(?:born|birth|birthday|d\\.? ?o\\.? ?b)\\b[^\\d\\n]{0,15}" +
    "(?:\\d{1,2}[/. -]\\d{1,2}[/. -]\\d{2,4}|\\d{4}-\\d{2}-\\d{2}|" +
    `\\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:${MONTHS})[a-z]* \\d{2,4})`, "gi"),
};
const TOGETHER = /\b(?:[A-Z]{1,2}\d[A-Z\d]?)\d(?!ST|ND|RD|TH)[ABD-HJLNP-UW-Z]{2}\b/g;
const INSTEAD = {
  "an NHS number": "The case number is enough.",
  "a date of birth": "Write how old the child is instead.",
  "a postcode": "Write “at home” or “near the school” instead.",
  "a telephone number": "It is in the case file; write who was rung instead.",
  "an e-mail address": "Write who it was sent to, by their role.",
};

export const isNhsNumber = (text) => {
  const figures = [...text].filter((char) => char >= "0" && char <= "9").map(Number);
  const check = 11 - (figures.slice(0, 9).reduce((sum, figure, place) => sum + figure * (10 - place), 0) % 11);
  return figures.length === 10 && figures[9] === (check === 11 ? 0 : check);
};

export function identifiersIn(text) {
  const hits = (text.match(NHS_NUMBER) ?? []).filter(isNhsNumber).map((number) => ["an NHS number", number]);
  for (const [kind, shape] of Object.entries(SHAPES)) hits.push(...(text.match(shape) ?? []).map((hit) => [kind, hit]));
  hits.push(...(text.match(TOGETHER) ?? []).map((code) => ["a postcode", code]));
  return [...new Map(hits.map((hit) => [hit.join(), hit])).values()];
}

const BOXES = "textarea:not([readonly]), input.govuk-input:not([type]), input.govuk-input[type=text]:not([inputmode])";
const isFreeText = (box) => box.matches?.(BOXES) && box.form?.method === "post" && !box.closest("[data-identifiers-fine]");

function notice(box) {
  const hits = identifiersIn(box.value), place = box.nextElementSibling?.matches(".qc-noticed") ? box.nextElementSibling : null;
  const words = hits.map(([kind, text]) => `“${text}” looks like ${kind}. ${INSTEAD[kind]}`).join(" ");
  if (!words) return place?.remove();
  if (place?.textContent === words) return undefined;
  const line = place ?? Object.assign(document.createElement("p"), { className: "qc-noticed" });
  line.setAttribute("role", "status");
  if (!place) box.after(line);
  line.textContent = words;
  return undefined;
}

const waiting = new WeakMap();
document.addEventListener("input", ({ target }) => {
  if (!isFreeText(target)) return;
  clearTimeout(waiting.get(target));
  waiting.set(target, setTimeout(() => notice(target), 500));
});
for (const box of document.querySelectorAll(BOXES)) if (box.value && isFreeText(box)) notice(box);
