/* The view that checks a draft: each sentence is marked by its label, with its passages beside it. */

import { post } from "/page/api.js";
import { caller, may } from "/page/caller.js";
import { dated, inWords } from "/page/dates.js";
import { button, count, fill, h, say } from "/page/dom.js";
import { onPages } from "/page/pages.js";
import { openSource } from "/page/source.js";
import { problemNotice } from "/page/states.js";
import { CodePoints, oneLine } from "/page/text.js";

const LONGEST = 20_000;
const LABELS = { supported: "Supported", partial: "Partly supported", contradicted: "Contradicted", unsupported: "Not in the archive", skipped: "Not checked" };
const SKIPPED = { heading: "a heading", question: "a question", too_short: "too short to claim anything", about_itself: "about the text itself", table: "a row of a table" };

export function checkView() {
  const text = h("textarea", { id: "draft", rows: "8", maxlength: LONGEST, "aria-label": "Draft", placeholder: "Paste a text. Each sentence is checked against the archive." });
  const asOf = h("input", { type: "date", name: "as_of" });
  const result = h("div", { class: "checked" });
  const send = h("button", { type: "submit", class: "strong" }, "Check");
  const form = h("form", { class: "draft", on: { submit: (event) => { event.preventDefault(); run(); } } }, text,
    h("p", { class: "actions" }, send, h("label", { class: "inline" }, "Archive as of", asOf)));
  const element = h("div", { class: "view wide" }, h("h1", {}, "Check a draft"), form, result);

  async function run() {
    const draft = text.value;
    if (!draft.trim()) { text.focus(); return; }
    send.disabled = true;
    fill(result, h("p", { class: "dim", role: "status" }, "Looking up each sentence …"));
    try {
      const checked = await post("/v1/check", { text: draft, as_of: asOf.value || null });
      fill(result, ...marked(draft, checked));
      say(`${count(checked.claims.length, "sentence")} checked`);
    } catch (error) {
      fill(result, problemNotice(error, run));
    }
    send.disabled = false;
  }

  caller().then(() => { if (!may("ask")) fill(element, h("p", { class: "notice" }, "This needs a key with the scope “ask”.")); });
  return { element, title: "Check a draft" };
}

const labelOf = (claim) => claim.support?.label ?? "skipped";

/** The text with its sentences marked, and the passages of the one that is chosen beside it. */
function marked(draft, checked) {
  const points = new CodePoints(draft);
  const beside = h("div", { class: "beside", "aria-live": "polite" }, h("p", { class: "dim" }, "Choose a sentence to see its passages."));
  const page = h("div", { class: "page-text" });
  let at = 0;
  const sentences = checked.claims.map((claim) => {
    const label = labelOf(claim);
    const { start, end } = claim.text_span;
    page.append(points.slice(at, start));
    at = end;
    const sentence = h("span", { role: "button", tabindex: "0", class: `sentence ${label}${claim.contradiction && label !== "contradicted" ? " disputed" : ""}`, "aria-pressed": "false", "aria-label": `${LABELS[label]}: ${oneLine(points.slice(start, end))}` }, points.slice(start, end));
    sentence.addEventListener("click", () => choose(sentence, claim));
    sentence.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(sentence, claim);
    });
    page.append(sentence);
    return sentence;
  });
  page.append(points.slice(at));

  function choose(sentence, claim) {
    for (const one of sentences) one.setAttribute("aria-pressed", String(one === sentence));
    fill(beside, passages(claim, checked));
  }
  const first = sentences.findIndex((_, i) => checked.claims[i].support);
  if (first >= 0) choose(sentences[first], checked.claims[first]);
  return [tally(checked), h("div", { class: "columns" }, page, beside)];
}

function tally(checked) {
  const counts = {};
  for (const claim of checked.claims) counts[labelOf(claim)] = (counts[labelOf(claim)] ?? 0) + 1;
  return h("ul", { class: "tally", "aria-label": "Result" }, Object.entries(LABELS).filter(([label]) => counts[label]).map(([label, words]) => h("li", { class: label }, h("b", {}, counts[label]), ` ${words.toLowerCase()}`)));
}

function passages(claim, checked) {
  const sources = new Map(checked.sources.map((source) => [source.number, source]));
  const label = labelOf(claim);
  const cited = (citation, words) => {
    const source = sources.get(citation.source);
    return h("li", {}, words && h("p", { class: "small" }, words), h("blockquote", {}, oneLine(citation.quote)),
      h("p", { class: "dim" }, h("b", {}, source?.outlet ?? "Unknown outlet"), ` ${source?.title ?? ""} · ${dated(source?.published)}${onPages([citation])} `, button("Open article", (event) => openSource({ citations: [citation], source, opener: event.currentTarget }), { class: "plain", "aria-label": `Open the article by ${source?.outlet ?? "an unknown outlet"}, ${inWords(source?.published)}` })));
  };
  return [
    h("p", { class: `verdict ${label}` }, h("b", {}, LABELS[label]), claim.support && h("span", { class: "dim" }, ` ${claim.support.score.toFixed(2)}, ${claim.support.method}`), claim.not_checked && `: ${SKIPPED[claim.not_checked] ?? claim.not_checked}`),
    claim.missing && h("p", { class: "notice calm" }, `Not supported: ${claim.missing}`),
    claim.citations.length > 0 && [h("h2", { class: "minor" }, label === "partial" ? "Nearest" : "Supported by"), h("ul", { class: "nearest" }, claim.citations.map((citation) => cited(citation)))],
    claim.contradiction && [h("h2", { class: "minor" }, "Contradicted by"), h("ul", { class: "nearest" }, cited(claim.contradiction.citation, claim.contradiction.reason))]];
}
