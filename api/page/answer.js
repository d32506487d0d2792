/* Renders an Answer sentence by sentence as it arrives: short answer, headings, claims with chips, disagreements. */

import { chips } from "/page/chips.js";
import { basisNote, dated, days, inWords } from "/page/dates.js";
import { count, fill, h, outside, safeUrl } from "/page/dom.js";
import { pagesOf } from "/page/pages.js";

/** Grows with the events of a stream; `finish` shows the whole Answer. */
export class AnswerView {
  /** `open({citations, source, opener})`: shows an article. `report(claim, opener)`: feedback on one sentence. */
  constructor({ open, report }) {
    this.open = open;
    this.report = report;
    this.sources = new Map();
    this.claims = [];
    this.short = h("p", { class: "short", hidden: true });
    this.body = h("div", { class: "claims" });
    this.differences = h("div", { class: "differences" });
    this.list = h("div", { class: "sources" });
    this.element = h("div", { class: "answer", "data-answer": "" }, this.short, this.body, this.differences, this.list);
  }

  get citations() {
    return this.claims.flatMap((claim) => claim.citations);
  }

  /** A sentence has passed its check. */
  claim({ claim, sources }) {
    for (const source of sources) this.sources.set(source.number, source);
    this.claims.push(claim);
    this.#append(claim);
  }

  /** Sources disagree. */
  disagreement({ disagreement, sources }) {
    for (const source of sources) this.sources.set(source.number, source);
    this.differences.append(this.#disagreement(disagreement));
  }

  /** Show the whole Answer; sentences shown before stay if they are still in it. */
  finish(answer) {
    const before = this.claims.map((claim) => `${claim.id} ${claim.heading} ${claim.text}`).join("\n");
    const now = answer.claims.map((claim) => `${claim.id} ${claim.heading} ${claim.text}`).join("\n");
    this.sources = new Map(answer.sources.map((source) => [source.number, source]));
    this.claims = answer.claims;
    if (before !== now) {
      fill(this.body);
      for (const claim of answer.claims) this.#append(claim);
    } else {
      for (const chip of this.body.querySelectorAll(".chip")) chip.cited.source = this.sources.get(chip.cited.number);
    }
    fill(this.differences, answer.disagreements.map((one) => this.#disagreement(one)));
    this.short.hidden = !answer.short_answer;
    this.short.textContent = answer.short_answer?.text ?? "";
    fill(this.list, answer.sources.length > 0 && this.#sources(answer));
  }

  #append(claim) {
    const last = this.body.lastElementChild;
    if (claim.heading && claim.heading !== (last?.dataset.heading ?? "")) this.body.append(h("h3", { class: "period" }, claim.heading));
    let place = this.body.lastElementChild;
    if (!place || place.tagName === "H3" || (place.dataset.heading ?? "") !== (claim.heading ?? "")) {
      place = h("div", { class: "paragraph", data: claim.heading ? { heading: claim.heading } : {} });
      this.body.append(place);
    }
    const about = { ...claim, report: claim.id && this.report ? (opener) => this.report(claim, opener) : null };
    const [words, ending] = lastWord(claim.text);
    place.append(h("span", { class: "claim", data: { claim: claim.id } }, words, h("span", { class: "last" }, ending, chips(claim.citations, this.sources, about, this.#opener())), aside(claim)), " ");
  }

  #opener() {
    return (what) => this.open({ ...what, others: this.citations });
  }

  #chips(citations) {
    return chips(citations, this.sources, null, this.#opener());
  }

  #disagreement({ subject, kind, positions }) {
    const title = kind === "update" ? "Updated" : "Sources disagree";
    const asks = subject.trim().replace(/\?$/, "");
    const column = (position) => {
      const sources = [...new Set(position.citations.map((citation) => citation.source))].map((number) => this.sources.get(number)).filter(Boolean);
      const value = h(position.superseded ? "s" : "b", { class: "value" }, position.value);
      return h("li", { class: position.superseded ? "superseded" : "" },
        position.superseded && h("span", { class: "hidden" }, "Superseded: "), value, this.#chips(position.citations),
        h("ul", { class: "who" }, sources.map((source) => h("li", {}, h("b", {}, source.outlet ?? "Unknown outlet"), " ", h("span", { class: "nowrap" }, inWords(source.published))))));
    };
    return h("section", { class: `disagreement ${kind}`, "aria-label": title },
      h("h3", {}, `${title}: `, h("span", { class: "subject" }, kind === "conflict" && subject.trim().endsWith("?") ? subject : asks)),
      h("ol", { class: "positions" }, positions.map(column)));
  }

  #sources(answer) {
    const articles = new Set(answer.sources.flatMap((source) => [source.article_id, ...source.copies]));
    const cited = (number) => this.citations.filter((citation) => citation.source === number);
    const open = (source) => (event) => {
      event.preventDefault();
      const own = cited(source.number);
      const positions = answer.disagreements.flatMap((one) => one.positions.flatMap((position) => position.citations)).filter((citation) => citation.source === source.number);
      this.open({ citations: own.length ? own : positions, source, others: this.citations, opener: event.currentTarget });
    };
    return h("details", { class: "source-list", open: answer.sources.length <= 6 },
      h("summary", {}, `${count(articles.size, "article")}, ${count(answer.origins, "origin")}`),
      h("ol", {}, answer.sources.map((source) => h("li", { value: source.number },
        h("a", { href: `#/articles/${encodeURIComponent(source.article_id)}`, on: { click: open(source) } }, h("b", {}, source.outlet ?? "Unknown outlet"), ` ${source.title ?? "without a title"}`),
         " ", h("span", { class: "dim nowrap" }, dated(source.published)), h("span", { class: "dim" }, basisNote(source.published_basis), pagesOf(source, answer)),
        source.copies.length > 0 && h("span", { class: "dim" }, ` · same story as ${count(source.copies.length, "other article")}`),
        source.corrected_by.length > 0 && h("span", { class: "mark-warn" }, " · corrected"),
        safeUrl(source.url) && h("span", { class: "dim print-only" }, " ", outside(source.url, source.url))))));
  }
}

/** A sentence in two: its last word keeps the chips with it at the end of a line. */
function lastWord(text) {
  const at = text.trimEnd().lastIndexOf(" ") + 1;
  return text.length - at > 24 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}

/** Speaker and time of a claim, unless its own words name them. */
function aside(claim) {
  const parts = [];
  if (claim.speaker && !claim.text.toLowerCase().includes(claim.speaker.toLowerCase())) parts.push([claim.speaker, claim.speaker_role].filter(Boolean).join(", "));
  if (claim.event_time && !/\b(19|20)\d\d\b/.test(claim.text)) parts.push(days(claim.event_time.from, claim.event_time.to));
  return parts.length ? h("span", { class: "said" }, ` ${parts.join("; ")}`) : null;
}

/** Whose words they are: `In the articles’ own words`, or `Written by MODEL, every sentence checked`. */
export function byline(answer) {
  const verbatim = answer.claims.length > 0 && answer.claims.every((claim) => claim.support.method === "verbatim");
  const checked = answer.claims.length > 0 ? ", every sentence checked" : "";
  if (answer.answered_by === "reader") return h("span", { class: "words own" }, "In the articles’ own words");
  if (verbatim) return h("span", { class: "words own" }, `In the articles’ own words, chosen by ${answer.answered_by}`);
  return h("span", { class: "words written" }, `Written by ${answer.answered_by}${checked}`);
}

const FLAGS = { withdrawn: "An article cited here has been withdrawn", revised: "An article cited here has been revised since", corrected: "An article cited here has been corrected since", purged: "An article cited here was purged" };

/** What has happened since to the articles that an answer cites. */
export function flagNotices(answer) {
  return (answer.flags ?? []).map((flag) => {
    const source = answer.sources.find((one) => one.article_id === flag.article_id);
    const name = source ? `[${source.number}] ${source.outlet ?? "unknown outlet"}` : flag.article_id;
    return h("p", { class: `notice ${flag.kind === "withdrawn" || flag.kind === "purged" ? "bad" : ""}` },
      h("b", {}, FLAGS[flag.kind] ?? "An article cited here has changed"), `: ${name}`, flag.detail && ` (${flag.detail})`,
      flag.by && [" by ", h("a", { href: `#/articles/${encodeURIComponent(flag.by)}` }, flag.by)], ".");
  });
}
