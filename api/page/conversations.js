/* The list of conversations: those that were begun or opened in this browser, with what the server says of them. */

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
    fill(place, h("li", { class: "dim" }, "What you ask is listed here."));
    return;
  }
  const { conversations } = await get("/v1/conversations", { id: ids });
  if (mine !== turn) return; // a later call knows better
  fill(place, conversations.map((one) => {
    const address = `#/c/${one.id}`;
    return h("li", {},
      h("a", { href: address, "aria-current": address === here ? "page" : null, title: one.question }, h("span", { class: "first" }, shortened(one.question, 90)), h("span", { class: "dim small" }, `${when(one.latest)} · ${one.turns}`)),
      button("×", () => { forgetConversation(one.id); showConversations(place, here); if (address === here) location.hash = "#/new"; }, { class: "plain forget", "aria-label": `Take “${shortened(one.question, 60)}” off this list`, title: "Take it off this list; the server keeps it" }));
  }));
}
