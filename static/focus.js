// A part of the page is swapped for a fresh one: the focus goes back to the same thing in it, by its id, else by what it
// does (its address, or its name and words), the same one of several; where that has gone, to the part itself.
const CAN = "a[href], button, input, select, textarea, summary, [tabindex]";
const doing = (element) => [element.tagName, element.name, element.getAttribute("href"), element.form?.getAttribute("action"),
  element.matches("input, select, textarea") ? element.type === "radio" && element.value : element.textContent.trim()].join("\n");
const twins = (part, what) => [...part.querySelectorAll(CAN)].filter((element) => doing(element) === what);

// Asked before the swap; what it answers is called with the fresh part after it.
export function rememberFocus(part) {
  const active = document.activeElement;
  if (!part.contains(active) || active === document.body) return () => {};
  const what = doing(active), nth = twins(part, what).indexOf(active);
  return (fresh) => {
    if (document.activeElement !== document.body) return;
    const same = twins(fresh, what);
    const twin = (active.id && document.getElementById(active.id)) || same[nth] || same.at(-1);
    if (!twin) fresh.tabIndex = -1;
    (twin ?? fresh).focus({ preventScroll: true });
    if (twin && active.type === "textarea") twin.setSelectionRange(active.selectionStart, active.selectionEnd);
  };
}

let back;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const { id } = target, remembered = rememberFocus(target);
  back = () => remembered((id && document.getElementById(id)) || target);
});
document.addEventListener("htmx:afterSwap", () => { back?.(); back = undefined; });
