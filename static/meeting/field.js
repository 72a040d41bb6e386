// A field: a point with its mark and what was seen, or a box with its choice and text. `version` is the record's.
import { forget, keep, kept, shown } from "../kept/store.js";
import { base, most, other } from "./server.js";

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
    this.refused = false;
    this.failures = 0;
  }
  get choice() { return this.radios.find((radio) => radio.checked)?.value ?? ""; }
  get dirty() { return this.now() !== this.saved; }
  get inUse() { return this.box === document.activeElement; }
  // Nothing happens by itself until somebody changes the words, or chooses.
  get stuck() { return this.dirty && (this.clashing || this.refused); }
  get title() { return (this.root.querySelector(".qc-point__q b") ?? this.root.querySelector("label")).textContent.trim(); }
  get address() {
    const kind = { c: "mark", i: "indicator" }[this.key[0]];
    return this.isPoint ? `${base}${kind}/${this.key.slice(1)}/` : `${base}notes/${this.key}/`;
  }
  now() { return JSON.stringify([this.choice, this.box.value]); }
  values() {
    const named = this.isPoint ? { value: this.choice, seen: this.box.value } : { choice: this.choice, text: this.box.value };
    return { ...named, version: this.version };
  }
  // Characters as the server counts them: one for an emoji.
  tooLong() {
    const { length } = [...this.box.value];
    const [has, takes] = [length, most].map((count) => count.toLocaleString("en-GB"));
    return length > most ? `That is ${has} characters, and one box takes ${takes}. Shorten it; nothing was lost here.` : "";
  }
  // What is not saved yet outlives the page. False where the browser has no room for it.
  keep() {
    shown.add(this.address);
    if (!this.dirty) return forget(this.address) ?? true;
    return keep(this.address, {
      page: location.pathname + location.search,
      anchor: this.isPoint ? this.key : this.box.id,
      title: this.title,
      where: document.querySelector("h1").textContent.trim(),
      choice: this.labelOf(this.choice),
      text: this.box.value,
      value: this.choice,
      version: this.version,
    });
  }
  // What was not saved when the page was left. With the version it was written on, so that a save that came between
  // is not written over.
  putBack() {
    const words = kept().get(this.address);
    shown.add(this.address);
    if (!words) return false;
    this.set(words.value, words.text);
    if (!this.dirty) return forget(this.address);
    this.version = words.version;
    this.complain("This was not saved. It is put back as you left it, and saving is tried again now.");
    return true;
  }
  set(choice, text) {
    for (const radio of this.radios) radio.checked = radio.value === choice;
    if (this.box.value !== text) this.box.value = text;
    this.root.classList.toggle("qc-point--seen", this.isPoint && text !== "");
  }
  labelOf(choice) { return this.radios.find((radio) => radio.value === choice)?.nextElementSibling.firstChild.textContent ?? ""; }
  // What the record says now. Never put over words that are being typed or are not saved yet.
  hear(news) {
    if (news.version <= this.version) return;
    this.heard = news;
    if (!this.dirty && (!this.inUse || news.text === this.box.value)) this.take();
  }
  take() {
    const news = this.heard;
    this.heard = null;
    if (!news || news.version <= this.version) return;
    this.version = news.version;
    this.set(news.choice, news.text);
    this.saved = this.now();
    this.refused = false;
    this.keep();
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
    theirs.textContent = [this.labelOf(news.choice), news.text].filter(Boolean).join(". ") || "(nothing)";
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
