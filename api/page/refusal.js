/* A refusal: why there is no answer, what comes nearest, and what to do next. */

import { dated } from "/page/dates.js";
import { button, h } from "/page/dom.js";
import { shortened } from "/page/text.js";

const TITLES = {
  no_coverage: "The archive has nothing about this",
  not_in_coverage: "The archive tells of this, but does not say",
  outside_time_window: "Not in the time that was asked for",
  false_premise: "The question takes for granted what the archive contradicts",
};
const NEXT = {
  no_coverage: "Search the archive in other words, or add articles that tell of it.",
  not_in_coverage: "Read what comes nearest, or ask for something that these articles do say.",
  outside_time_window: "Ask about another time, or about any time.",
  false_premise: "Read the passage below, and ask anew from what it says.",
};

/** `open`: shows an article. `anew({filters, question})`: asks again. `request`: what was asked with. */
export function refusalView(answer, request, { open, anew, edit }) {
  const { reason, message, nearest } = answer.refusal;
  const filtered = Object.keys(request?.filters ?? {}).length > 0 || request?.as_of;
  return h("div", { class: "refusal" },
    h("p", { class: "refused" }, h("b", {}, TITLES[reason] ?? "No answer")),
    h("p", {}, message),
    h("p", { class: "dim" }, NEXT[reason]),
    h("p", { class: "actions" },
      filtered && anew && button("Ask without filters", () => anew({ question: answer.question })),
      edit && button("Change the question", edit),
      h("a", { class: "button", href: `#/archive?q=${encodeURIComponent(answer.understanding.standalone_question)}` }, "Search the archive")),
    nearest.length > 0 && [
      h("h3", {}, "Nearest in the archive"),
      h("ul", { class: "nearest" }, nearest.map((passage) => h("li", {},
        h("p", { class: "dim" }, h("b", {}, passage.article_id), ` ${dated(passage.published)}`),
        h("blockquote", {}, shortened(passage.quote, 320)),
        button("Open at these words", (event) => open({ citations: [passage], source: null, opener: event.currentTarget }), { class: "plain" }))))]);
}
