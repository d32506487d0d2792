/* The list of conversations that were started or opened in this browser. */

import { get } from "/page/api.js";
import { when } from "/page/dates.js";
import { button, fill, h } from "/page/dom.js";
import { conversationIds, forgetConversation } from "/page/session.js";
import { shortened } from "/page/text.js";

let turn = 0;

/** Show them in `place`; `here` is the address of what is shown now. */
export async function showConversations(place, here) {
  const ids = conversationIds(), mine = ++turn;
  if (!ids.length) {
    fill(place, h("li", { class: "dim" }, "Your conversations are listed here."));
    return;
  }
  const { conversations } = await get("/v1/conversations", { id: ids });
  if (mine !== turn) return; // a later call knows better
  fill(place, conversations.map((one) => {
    const address = `#/c/${one.id}`;
    return h("li", {},
      h("a", { href: address, "aria-current": address === here ? "page" : null, title: one.question }, h("span", { class: "first" }, shortened(one.question, 90)), h("span", { class: "dim small" }, `${when(one.latest)} · ${one.turns}`)),
      button("×", () => { forgetConversation(one.id); showConversations(place, here); if (address === here) location.hash = "#/new"; }, { class: "plain forget", "aria-label": `Remove “${shortened(one.question, 60)}” from this list`, title: "Take it off this list; the server keeps it" }));
  }));
}
