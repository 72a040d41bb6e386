// Words that are not saved yet, kept in this tab until they are saved or thrown away. Each person has a store of their
// own: whoever signs in here next is never shown them. A closed tab takes them with it.
export const place = document.getElementById("kept");
const OURS = `qc-kept:${place?.dataset.person}:`;

// False where the browser keeps nothing, or has no room for so much.
export function keep(key, words) {
  if (!place) return false;
  try {
    sessionStorage.setItem(OURS + key, JSON.stringify(words));
    return true;
  } catch {
    forget(key); // older words than those on the page are not to come back
    return false;
  }
}

export function forget(key) {
  try { sessionStorage.removeItem(OURS + key); } catch { /* nothing is kept there */ }
}

export function kept() {
  const all = new Map();
  if (!place) return all;
  try {
    for (const name of Object.keys(sessionStorage).sort()) {
      if (name.startsWith(OURS)) all.set(name.slice(OURS.length), JSON.parse(sessionStorage.getItem(name)));
    }
  } catch { /* nothing is kept there */ }
  return all;
}

// A word of this tab's own, the same after a reload; "" where the browser keeps nothing.
export function tab() {
  try {
    if (!sessionStorage.getItem("qc-tab")) sessionStorage.setItem("qc-tab", Math.random().toString(36));
    return sessionStorage.getItem("qc-tab");
  } catch {
    return "";
  }
}

// The keys of the words whose box is on this page, and shows them.
export const shown = new Set();

// The page is left by its own link or button, with all that is not saved kept: the browser need not ask. `asked`: it must.
export const leaving = { kept: false };
export function leave(go, asked = false) {
  leaving.kept = !asked;
  go();
  setTimeout(() => { leaving.kept = false; }, 3000);
}

// The link that was pressed, if it leads to another page in this tab.
export function linkOf(event) {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  return link.hash && link.pathname === location.pathname && link.search === location.search ? null : link;
}

// A page that saves by itself puts its last try here: it comes before anybody is signed out.
export const lastTry = { save: async () => true };
