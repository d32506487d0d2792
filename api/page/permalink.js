/* One stored answer at its own address, with flags for what has happened since to its articles. */

import { get, path } from "/page/api.js";
import { keeps } from "/page/caller.js";
import { fill, h } from "/page/dom.js";
import { rememberConversation } from "/page/session.js";
import { problemNotice } from "/page/states.js";
import { Turn } from "/page/turn.js";
import { inWords } from "/page/dates.js";

export function permalinkView(id) {
  const element = h("div", { class: "view single" }, h("p", { class: "dim" }, "Opening the answer …"));
  const heading = h("h1", { class: "hidden" }, "Answer");
  const load = async () => {
    try {
      const answer = await get(path("v1", "answers", id));
      const turn = new Turn(answer.question);
      turn.show(answer);
      document.title = `${answer.question} · Dateline`;
      fill(element, heading, h("p", { class: "dim" }, `Asked on ${inWords(answer.asked_at)}. Shown as it was given.`), turn.element,
        answer.conversation_id && keeps() && h("p", {}, h("a", { href: `#/c/${answer.conversation_id}`, on: { click: () => rememberConversation(answer.conversation_id) } }, "Continue the conversation")));
    } catch (error) {
      fill(element, heading, problemNotice(error, load));
    }
  };
  load();
  return { element };
}
