/* Signing in with a key, which this tab keeps until it is closed. */

import { caller, forget } from "/page/caller.js";
import { fill, h } from "/page/dom.js";
import { setKey } from "/page/session.js";
import { problemNotice } from "/page/states.js";

/** `done()`: the key is known. */
export function signInView(done) {
  const secret = h("input", { type: "password", name: "key", autocomplete: "off", required: true, spellcheck: "false", placeholder: "dl_…" });
  const trouble = h("div", {});
  const form = h("form", { class: "sign-in", on: { submit: (event) => { event.preventDefault(); enter(); } } },
    h("label", {}, "Key", secret), h("p", { class: "dim" }, "It stays in this tab until you close it. The administrator creates keys: dateline keys create NAME."),
    h("button", { type: "submit", class: "strong" }, "Sign in"), trouble);

  async function enter() {
    setKey(secret.value.trim());
    forget();
    try {
      const who = await caller();
      if (!who.keyed) {
        setKey(null);
        fill(trouble, h("p", { class: "notice" }, "This server needs no key. ", h("a", { href: "#/" }, "Ask the archive")));
        return;
      }
      secret.value = "";
      done();
    } catch (error) {
      setKey(null);
      fill(trouble, error.status === 401 ? h("p", { class: "notice bad", role: "alert" }, h("b", {}, "This key is not known"), " or is revoked.") : problemNotice(error, enter));
      secret.select();
    }
  }
  requestAnimationFrame(() => secret.focus());
  return { element: h("section", { class: "view state" }, h("h1", {}, "Sign in"), form), title: "Sign in" };
}
