// Everything a page sends says which version made it. Once a newer one answers, a line at the foot says so and stays: the
// page is loaded again by its button alone.
import { lastTry, leave, place } from "./store.js";

const version = place?.dataset.version ?? "";
export const asVersion = { "X-Page-Version": version };

export function sayUpdated(updated) {
  if (!updated || document.querySelector(".qc-updated")) return;
  const line = Object.assign(document.createElement("div"), { className: "qc-updated" });
  line.setAttribute("role", "status");
  document.body.append(line);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "qc-linkbutton", textContent: "Load the page again" });
  button.addEventListener("click", async () => {
    await lastTry.save();
    leave(() => location.reload());
  });
  setTimeout(() => line.append("Quality Counts was updated while this page was open. ", button), 100); // into a line that is there: it is spoken
}

// What a fetch was answered.
export const heed = (reply) => sayUpdated(reply.headers.has("X-Updated"));

document.addEventListener("htmx:configRequest", ({ detail }) => Object.assign(detail.headers, asVersion));
document.addEventListener("htmx:afterRequest", ({ detail }) => sayUpdated(detail.xhr.getResponseHeader("X-Updated")));
document.addEventListener("submit", ({ target: form }) => {
  if (form.method !== "post" || form.elements.namedItem("page_version")) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "page_version", value: version }));
}, true);
