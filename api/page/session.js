/* Browser storage: the key while the tab is open, and the ids of the user's conversations; no texts. */

const KEY = "dateline.key";
const CONVERSATIONS = "dateline.conversations";
const SIDE = "dateline.settings";
export const MOST = 200;

export const key = () => read(sessionStorage, KEY) || null;
export function setKey(secret) {
  if (secret) write(sessionStorage, KEY, secret);
  else forget(sessionStorage, KEY);
}

/** The ids of the conversations that were begun or opened here, the newest first. */
export function conversationIds() {
  try {
    const found = JSON.parse(read(localStorage, CONVERSATIONS) ?? "[]");
    return Array.isArray(found) ? found.filter((id) => /^conv_[0-9a-f]{1,64}$/.test(id)) : [];
  } catch {
    return [];
  }
}

export function rememberConversation(id) {
  write(localStorage, CONVERSATIONS, JSON.stringify([id, ...conversationIds().filter((one) => one !== id)].slice(0, MOST)));
}

export function forgetConversation(id) {
  write(localStorage, CONVERSATIONS, JSON.stringify(conversationIds().filter((one) => one !== id)));
}

/** Call back when another tab changes the list. */
export function onConversations(listener) {
  addEventListener("storage", (event) => { if (event.key === CONVERSATIONS || event.key === null) listener(); });
}

/** Small settings of the page itself, e.g. its width; never words of a question. */
export function setting(name, value) {
  let all = {};
  try { all = JSON.parse(read(localStorage, SIDE) ?? "{}") ?? {}; } catch { /* unreadable: as if there were none */ }
  if (value === undefined) return all[name];
  write(localStorage, SIDE, JSON.stringify({ ...all, [name]: value }));
  return value;
}

// A browser may be told to keep nothing.
function read(storage, name) { try { return storage.getItem(name); } catch { return null; } }
function write(storage, name, value) { try { storage.setItem(name, value); } catch { /* for this page only, then */ } }
function forget(storage, name) { try { storage.removeItem(name); } catch { /* as above */ } }
