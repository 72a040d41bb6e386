// Both sheets side by side: what there is to talk about in a standard comes with its fields when the standard opens.
import { Field } from "./field.js";
import { fields } from "./fields.js";

document.addEventListener("qc:fresh", ({ target }) => {
  for (const root of target.querySelectorAll("[data-field]")) {
    const { field: key } = root.dataset;
    if (fields.has(key)) fields.get(key).moveTo(root);
    else fields.set(key, new Field(root));
  }
});
