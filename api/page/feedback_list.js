/* The latest feedback on any answer, newest first, for editors. */

import { get } from "/page/api.js";
import { when } from "/page/dates.js";
import { fill, h } from "/page/dom.js";
import { REASONS } from "/page/feedback.js";
import { problemNotice } from "/page/states.js";

export function feedbackListView() {
  const rating = h("select", { on: { change: () => load() } }, [["", "all"], ["unhelpful", "not helpful"], ["helpful", "helpful"]].map(([value, words]) => h("option", { value }, words)));
  const place = h("div", {});
  const element = h("div", { class: "view" }, h("h1", {}, "Feedback"), h("p", {}, h("label", { class: "inline" }, "Show", rating)), place);

  async function load() {
    fill(place, h("p", { class: "dim", role: "status" }, "…"));
    try {
      const { feedback } = await get("/v1/feedback", { rating: rating.value, limit: 100 });
      fill(place, feedback.length ? h("ul", { class: "feedback" }, feedback.map((one) => h("li", {},
        h("p", {}, h("span", { class: `tag ${one.rating === "unhelpful" ? "warn" : ""}` }, one.rating === "helpful" ? "helpful" : "not helpful"), " ", h("a", { href: `#/answers/${one.answer_id}` }, one.question ?? one.answer_id), h("span", { class: "dim" }, ` ${when(one.created)}`, one.claim_id && " · about one sentence")),
        one.reasons.length > 0 && h("p", { class: "dim" }, one.reasons.map((reason) => REASONS[reason] ?? reason).join(", ")),
        one.comment && h("blockquote", {}, one.comment)))) : h("p", { class: "dim" }, "There is no feedback yet."));
    } catch (error) {
      fill(place, problemNotice(error, load));
    }
  }
  load();
  return { element, title: "Feedback" };
}
