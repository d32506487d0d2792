/* The actions below an answer: copy, permalink, print, feedback, ask again, receipt. */

import { copyAs } from "/page/copying.js";
import { button, h } from "/page/dom.js";
import { giveFeedback } from "/page/feedback.js";
import { model } from "/page/caller.js";
import { openPane } from "/page/pane.js";
import { receiptView } from "/page/receipt.js";

/** Styles to ask again in: the request's `llm` → its label. */
export const STYLES = {
  off: "Reader: the articles’ own words, no model",
  quotes: "Quotes: the model chooses, in the articles’ words",
  prose: "Prose: the model writes, every sentence is checked",
};

export function answerActions(answer, request, { anew, edit }) {
  const link = `${location.origin}${location.pathname}#/answers/${answer.id}`;
  const menu = (label, choices, props = {}) => {
    const select = h("select", { class: "menu", "aria-label": label, ...props }, h("option", { value: "" }, label), choices.map(([value, words]) => h("option", { value }, words)));
    return select;
  };
  const copy = menu("Copy", [["markdown", "as Markdown"], ["plain", "as plain text"], ["html", "as HTML"], ["link", "the link"]]);
  copy.addEventListener("change", async () => {
    const kind = copy.value;
    copy.value = "";
    if (kind) await copyAs(kind, answer, link);
  });
  const again = menu("Ask again", Object.entries(STYLES), { title: model() ? `In another style; the model is ${model()}` : "No language model is configured on this server", disabled: !model() });
  again.addEventListener("change", () => {
    const style = again.value;
    again.value = "";
    if (style) anew({ ...(request ?? { question: answer.question, filters: {}, as_of: null }), llm: style });
  });
  return h("div", { class: "actions answer-actions", role: "group", "aria-label": "Actions" },
    button("Helpful", (event) => giveFeedback(answer, { rating: "helpful", opener: event.currentTarget })),
    button("Not helpful", (event) => giveFeedback(answer, { rating: "unhelpful", opener: event.currentTarget })),
    copy,
    answer.stored && h("a", { class: "button", href: `#/answers/${answer.id}` }, "Permalink"),
    edit && button("Edit and ask again", edit),
    anew && again,
    button("Print", (event) => printTurn(event.currentTarget.closest(".turn"))),
    button("Receipt", (event) => openPane("Receipt", receiptView(answer), event.currentTarget)));
}

/** This turn alone, with its list of sources open. */
function printTurn(turn) {
  const sources = turn.querySelector(".source-list");
  const wasOpen = sources?.open;
  if (sources) sources.open = true;
  turn.dataset.print = "";
  document.body.dataset.printing = "";
  addEventListener("afterprint", () => {
    delete turn.dataset.print;
    delete document.body.dataset.printing;
    if (sources) sources.open = wasOpen;
  }, { once: true });
  print();
}
