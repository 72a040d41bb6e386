// A field: a point with its mark and what was seen, or a box with its choice and text. `version` is the record's.
import { forget, keep, kept, shown } from "../kept/store.js";
import { base, most, other, you } from "./server.js";

const RANKS = { not_evidenced: 0, partly: 1, evidenced: 2 };
const NEAR = 0.9; // of what a box takes
const WAYS = { [-1]: ", not as good now", 0: ", not moved", 1: ", better now" };

// Whether the words stand in the text as whole words, however they are spaced.
function contains(text, words) {
  const [whole, part] = [text, words].map((one) => one.trim().replace(/\s+/g, " "));
  const at = whole.indexOf(part);
  return at >= 0 && ![whole[at - 1], whole[at + part.length]].some((beside) => /[\p{L}\p{N}]/u.test(beside ?? ""));
}

// The words of both: what they begin with alike once, up to the end of a sentence, then theirs, then mine.
function both(theirs, mine, between) {
  if (contains(theirs, mine)) return theirs;
  if (contains(mine, theirs)) return mine;
  let same = 0;
  while (theirs[same] === mine[same]) same += 1;
  const alike = theirs.slice(0, same).match(/^[^]*(?:[.!?]\s+|\n)/)?.[0] ?? "";
  return alike + theirs.slice(alike.length).trimEnd() + between + mine.slice(alike.length).trimStart();
}

export class Field {
  constructor(root) {
    this.key = root.dataset.field;
    this.isPoint = root.matches(".qc-point");
    this.standIn(root);
    this.begin();
    this.heard = null;
    this.clashing = false;
    this.refused = false;
    this.failures = 0;
    this.unanswered = new Set(); // what was sent, and may be saved though its answer never came
  }
  standIn(root) {
    this.root = root;
    this.radios = [...root.querySelectorAll("input[type=radio]")];
    this.box = root.querySelector("textarea, .govuk-input");
  }
  // What was typed before this script came is no part of what came with the page.
  begin() {
    this.version = Number.parseInt(this.root.querySelector("input[type=hidden]").value, 10);
    this.saved = this.asItCame();
  }
  // The part of the page that it is in came anew: what is not saved yet, and what is asked about it, come along.
  moveTo(root) {
    const { dirty, choice, box: { value: text } } = this;
    const asked = this.root.querySelector(".qc-choice");
    this.standIn(root);
    if (asked) root.append(asked);
    if (dirty) this.set(choice, text);
    else this.begin();
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
  // A one-line box leaves line breaks out of what it is given.
  asItCame() {
    const { defaultValue: text } = this.box;
    const choice = this.radios.find((radio) => radio.defaultChecked)?.value ?? "";
    return JSON.stringify([choice, this.box.matches("textarea") ? text : text.replace(/[\r\n]/g, "")]);
  }
  values() {
    const named = this.isPoint ? { value: this.choice, seen: this.box.value } : { choice: this.choice, text: this.box.value };
    return { ...named, version: this.version };
  }
  // Characters as the server counts them: one for an emoji.
  get counted() { return [this.length, most].map((count) => count.toLocaleString("en-GB")); }
  get length() { return [...this.box.value].length; }
  tooLong() {
    const [has, takes] = this.counted;
    return this.length > most ? `That is ${has} characters, and one box takes ${takes}. Shorten it; nothing was lost here.` : "";
  }
  // Near the end of what a box takes it is counted as one types.
  count() {
    const near = this.length > NEAR * most;
    if (!near && !this.counter) return;
    this.counter ??= Object.assign(document.createElement("p"), { className: "qc-more qc-count" });
    const [has, takes] = this.counted;
    this.counter.textContent = near ? `${has} of ${takes} characters` : "";
    this.counter.classList.toggle("qc-count--over", this.length > most);
    this.box.after(this.counter);
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
      unanswered: [...this.unanswered],
    });
  }
  // What was not saved when the page was left. With the version it was written on, so that a save that came between
  // is not written over.
  putBack() {
    const words = kept().get(this.address);
    shown.add(this.address);
    if (!words) return false;
    const [choice, text] = JSON.parse(this.saved);
    this.set(this.choice === choice ? words.value : this.choice, this.box.value === text ? words.text : this.with(words.text));
    if (!this.dirty) return forget(this.address);
    this.version = words.version;
    this.unanswered = new Set(words.unanswered);
    this.complain("This was not saved. It is put back as you left it, and saving is tried again now.");
    return true;
  }
  set(choice, text) {
    for (const radio of this.radios) radio.checked = radio.value === choice;
    if (this.box.value !== text) this.box.value = text;
    this.root.classList.toggle("qc-point--seen", this.isPoint && text !== "");
    this.count();
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
  // What stands was sent from here and only its answer was lost: what was written since follows it, and is no clash.
  isOwn(news) {
    const stands = JSON.stringify([news.choice, news.text]);
    if (news.by !== you || !this.unanswered.has(stands)) return false;
    Object.assign(this, { version: news.version, saved: stands, heard: null });
    return true;
  }
  // Both wrote: show theirs beside yours, and save nothing here until one is chosen. `you` may be both, in two tabs.
  clash(news) {
    this.heard = news;
    if (this.now() === JSON.stringify([news.choice, news.text])) return this.take();
    this.clashing = true;
    const own = news.by === you;
    const theirs = document.createElement("blockquote");
    theirs.textContent = [this.labelOf(news.choice), news.text].filter(Boolean).join(". ") || "(nothing)";
    const says = own ? "You saved this in another tab, and this tab has other words. Both are yours."
      : `${news.by || other} saved this first. Yours is still here and not saved. ${other} is told if you replace it.`;
    const choices = [
      this.button(own ? "Only this tab’s" : "Only mine", () => { this.version = news.version; this.heard = null; }),
      this.button(own ? "Only the other tab’s" : `Only ${other}’s`, () => { this.saved = this.now(); this.take(); }),
    ];
    if (news.text.trim() && this.box.value.trim() && news.text !== this.box.value) choices.unshift(this.keepBoth(news));
    this.complain(says, theirs, ...choices);
    return undefined;
  }
  // Marked differently, the button says which mark stands.
  keepBoth(news) {
    const choice = news.choice || this.choice;
    const marked = news.choice === this.choice ? "" : `, marked ${this.labelOf(choice)}`;
    const button = this.button(`Keep both${marked}`, () => {
      Object.assign(this, { version: news.version, heard: null });
      this.set(choice, this.with(news.text));
    });
    button.classList.remove("govuk-button--secondary");
    return button;
  }
  // The words of both: theirs, then what stands here.
  with(theirs) { return both(theirs, this.box.value, this.box.matches("textarea") ? "\n" : "; "); }
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
