/* A refusal: its reason, the nearest passages, and what to do next. */

import { get, path } from "/page/api.js";
import { dated } from "/page/dates.js";
import { button, fill, h } from "/page/dom.js";
import { shortened } from "/page/text.js";

const NEXT = {
  no_coverage: "Search the archive in other words, or add articles about it.",
  not_in_coverage: "Read the nearest passages, or ask something that they answer.",
  outside_time_window: "Ask about another time, or without a time.",
  false_premise: "Read the passage below and rephrase the question.",
  not_a_question: "Type a question about the news.",
};

/** `open`: shows an article. `anew({question})`: asks again. `request`: what was asked with. */
export function refusalView(answer, request, { open, anew, edit }) {
  const { reason, message, nearest } = answer.refusal;
  const filtered = Object.keys(request?.filters ?? {}).length > 0 || request?.as_of;
  return h("div", { class: "refusal", data: { reason } },
    h("p", { class: "refused" }, "No answer: ", message),
    h("p", { class: "dim" }, NEXT[reason]),
    h("p", { class: "actions" },
      filtered && anew && button("Ask without filters", () => anew({ question: answer.question })),
      edit && button("Change the question", edit),
      h("a", { class: "button", href: `#/archive?q=${encodeURIComponent(answer.understanding.standalone_question)}` }, "Search the archive")),
    nearest.length > 0 && [h("h3", {}, "Nearest in the archive"), h("ul", { class: "nearest" }, nearest.map((passage) => near(passage, open)))]);
}

// Articles are named once their passage is on the screen, and each is fetched once.
const heads = new Map();
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); name(target); }
});

function name(from) {
  const id = from.dataset.article;
  if (!heads.has(id)) heads.set(id, get(path("v1", "articles", id)));
  heads.get(id).then((article) => fill(from, h("b", {}, article.outlet ?? "Unknown outlet"), ` ${article.title ?? "without a title"} `, from.date), () => heads.delete(id)); // its id stays
}

function near(passage, open) {
  const date = h("span", { class: "dim nowrap" }, dated(passage.published));
  const from = h("p", { data: { article: passage.article_id } }, h("b", {}, passage.article_id), " ", date);
  from.date = date;
  seen.observe(from);
  return h("li", {}, from, h("blockquote", {}, shortened(passage.quote, 320)),
    button("Open at these words", (event) => open({ citations: [passage], source: null, opener: event.currentTarget }), { class: "plain" }));
}
