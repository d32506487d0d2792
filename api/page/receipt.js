/* The receipt of an answer: models, passages with scores, what was dropped and why, timings. */

import { count, h } from "/page/dom.js";
import { openSource } from "/page/source.js";
import { inWords } from "/page/dates.js";

const row = (name, value) => value !== null && value !== undefined && value !== "" && [h("dt", {}, name), h("dd", {}, value)];
const number = (value, digits = 0) => (typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: digits }) : null);

export function receiptView(answer) {
  const { receipt } = answer, { llm } = receipt;
  const cited = new Set(answer.claims.flatMap((claim) => claim.citations.map((citation) => citation.passage_id)));
  const total = receipt.timings_ms.total ?? Object.values(receipt.timings_ms).reduce((sum, one) => sum + one, 0);
  return h("div", { class: "receipt" },
    h("h2", {}, "Receipt"),
    h("dl", {},
      row("Answer", answer.id), row("Asked", `${inWords(answer.asked_at)}, ${answer.asked_at.slice(11, 16)} UTC`), row("Answered by", answer.answered_by),
      row("Confidence", answer.confidence === null ? "unknown" : number(answer.confidence, 3)),
      row("Kind of question", answer.understanding.kind.replace("_", " ")), row("Index", receipt.index_snapshot), row("Encoder", receipt.encoder), row("Reader", receipt.reader),
      receipt.prompt_sha256 && row("Prompt", receipt.prompt_sha256.slice(0, 16)), receipt.rewritten && row("Follow-up", "rewritten by the model")),
    llm && [h("h3", {}, "Language model"), h("dl", {},
      row("Model", llm.model), row("Style", llm.style), row("Sentences checked by", llm.support_check), row("Passages shown", number(llm.passages.length)),
      row("Finish reason", llm.finish_reason ?? "none"), row("Fault", llm.fault), row("Tokens in", number(llm.prompt_tokens)), row("of which cached", number(llm.cached_tokens)), row("Tokens out", number(llm.completion_tokens)),
      row("Tokens a second, reading", number(llm.prompt_tokens_per_second, 1)), row("Tokens a second, writing", number(llm.completion_tokens_per_second, 1)),
      row("Excerpts shortened to", typeof llm.shortened_to === "number" ? `${number(llm.shortened_to)} tokens` : null), row("First sentence after", typeof llm.first_sentence_ms === "number" ? `${number(llm.first_sentence_ms / 1000, 1)} s` : null))],
    h("h3", {}, "Time"),
    h("table", {}, h("caption", { class: "hidden" }, "Milliseconds by stage"), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Stage"), h("th", { scope: "col" }, "ms"))),
      h("tbody", {}, Object.entries(receipt.timings_ms).map(([name, ms]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, number(ms, 1)))), !("total" in receipt.timings_ms) && h("tr", {}, h("th", { scope: "row" }, "together"), h("td", {}, number(total, 1))))),
    h("h3", {}, `Dropped (${receipt.dropped.length})`),
    receipt.dropped.length ? h("ul", { class: "dropped" }, receipt.dropped.map((one) => h("li", {}, h("q", {}, one.text), h("span", { class: "dim" }, ` ${one.reason}`)))) : h("p", { class: "dim" }, "Nothing was dropped."),
    h("h3", {}, count(receipt.passages.length, "passage") + " found"),
    h("ol", { class: "passages" }, receipt.passages.map((passage) => h("li", {},
      h("a", { href: `#/articles/${encodeURIComponent(articleOf(passage.passage_id))}`, on: { click: (event) => { event.preventDefault(); openSource({ citations: [{ ...passage, article_id: articleOf(passage.passage_id) }] }); } } }, passage.passage_id),
      h("span", { class: "dim" }, ` ${passage.score.toFixed(4)}`, cited.has(passage.passage_id) && " · cited"),
      h("span", { class: "dim small hash" }, passage.sha256.slice(0, 12))))));
}

const articleOf = (passageId) => passageId.split(":").slice(0, -2).join(":");
