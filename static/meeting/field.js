// A field: a point with its mark and what was seen, or a box with its choice and text. `version` is the record's.
import { base, other } from "./server.js";

const RANKS = { not_evidenced: 0, partly: 1, evidenced: 2 };
const WAYS = { [-1]: ", not as good now", 0: ", not moved", 1: ", better now" };

export class Field {
  constructor(root) {
    this.root = root;
    this.key = root.dataset.field;
    this.isPoint = root.matches(".qc-point");
    this.radios = [...root.querySelectorAll("input[type=radio]")];
    this.box = root.querySelector("textarea, .govuk-input");
    this.version = Number.parseInt(root.querySelector("input[type=hidden]").value, 10);
    this.saved = this.now();
    this.heard = null;
    this.clashing = false;
  }
  get choice() { return this.radios.find((radio) => radio.checked)?.value ?? ""; }
  get dirty() { return this.now() !== this.saved; }
  get inUse() { return this.box === document.activeElement; }
  get address() {
    const kind = { c: "mark", i: "indicator" }[this.key[0]];
    return this.isPoint ? `${base}${kind}/${this.key.slice(1)}/` : `${base}notes/${this.key}/`;
  }
  now() { return JSON.stringify([this.choice, this.box.value]); }
  values() {
    const named = this.isPoint ? { value: this.choice, seen: this.box.value } : { choice: this.choice, text: this.box.value };
    return { ...named, version: this.version };
  }
  // What the record says now. Never put over words that are being typed or are not saved yet.
  hear(news) {
    if (news.version <= this.version) return;
    this.heard = news;
    if (!this.dirty && !this.inUse) this.take();
  }
  take() {
    const news = this.heard;
    this.heard = null;
    if (!news || news.version <= this.version) return;
    this.version = news.version;
    for (const radio of this.radios) radio.checked = radio.value === news.choice;
    if (this.box.value !== news.text) this.box.value = news.text;
    this.root.classList.toggle("qc-point--seen", this.isPoint && news.text !== "");
    this.saved = this.now();
    this.compare();
    this.complain("");
  }
  // In a re-audit: how the mark has moved since the earlier one.
  compare() {
    const was = this.root.querySelector(".qc-moved");
    if (!was) return;
    const [before, after] = [RANKS[was.dataset.was], RANKS[this.choice]];
    const way = Number.isNaN(after - before) ? "" : WAYS[Math.sign(after - before)];
    was.querySelector(".qc-moved__how").textContent = way;
  }
  complain(text, ...more) {
    this.root.querySelector(".qc-choice")?.remove();
    if (!text) return;
    const box = document.createElement("div");
    box.className = "qc-choice";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = text;
    box.append(line, ...more);
    this.root.append(box);
  }
  // Both wrote: show theirs beside yours, and save nothing here until one is chosen.
  clash(news) {
    this.heard = news;
    if (this.now() === JSON.stringify([news.choice, news.text])) return this.take();
    this.clashing = true;
    const theirs = document.createElement("blockquote");
    const label = this.radios.find((radio) => radio.value === news.choice)?.nextElementSibling.textContent;
    theirs.textContent = [label, news.text].filter(Boolean).join(". ") || "(nothing)";
    this.complain(`${news.by || other} saved this first. Yours is still here and not saved.`, theirs,
      this.button("Keep mine", () => { this.version = news.version; this.heard = null; }),
      this.button(`Use what ${news.by || other} wrote`, () => { this.saved = this.now(); this.take(); }));
    return undefined;
  }
  button(text, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "govuk-button govuk-button--secondary qc-button--s", textContent: text });
    button.addEventListener("click", () => {
      this.clashing = false;
      act();
      this.complain("");
      this.box.focus();
      this.root.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  }
}
