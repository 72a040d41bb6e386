// Both sheets side by side: what there is to talk about in a standard comes with its fields when the standard opens.
import { Field } from "./field.js";
import { fields } from "./fields.js";

document.addEventListener("qc:fresh", ({ target }) => {
  for (const root of target.querySelectorAll("[data-field]")) {
    const before = fields.get(root.dataset.field);
    const now = new Field(root);
    if (before?.dirty) now.set(before.choice, before.box.value);
    fields.set(now.key, now);
  }
});
