/* An article beside the thread, scrolled to the marked citation. */

import { get, path } from "/page/api.js";
import { articleText, furniture } from "/page/article_text.js";
import { basisNote, dated, inWords } from "/page/dates.js";
import { h, outside, safeUrl, say } from "/page/dom.js";
import { fragmentUrl } from "/page/fragment.js";
import { openPane, refillPane } from "/page/pane.js";
import { problemNotice } from "/page/states.js";
import { CodePoints } from "/page/text.js";

/** Open the article of some citations. `others`: further citations of the answer, marked more lightly. */
export async function openSource({ citations, others = [], opener, flags = [] }) {
  const [first] = citations;
  const still = openPane("Source", h("p", { class: "dim" }, "Opening the article …"), opener);
  let article, related = null;
  try {
    article = await get(path("v1", "articles", first.article_id), { revision: revisionOf(first.passage_id) });
    related = await get(path("v1", "articles", first.article_id, "related")).catch(() => null);
  } catch (error) {
    if (still()) refillPane(problemNotice(error));
    return;
  }
  if (!still()) return;
  const cited = spansOf(article.text, citations);
  const rest = spansOf(article.text, others.filter((one) => one.article_id === first.article_id)).map((mark) => ({ ...mark, kind: "other" }));
  const body = refillPane([
    head(article), notices(article, related, flags), original(article, cited[0]),
    articleText(article.text, [...cited, ...rest], article.pages), furniture(article.removed),
    h("p", { class: "pane-foot" }, h("a", { href: `#/articles/${encodeURIComponent(article.id)}` }, "More about this article")),
  ]);
  body.querySelector("mark")?.scrollIntoView({ block: "center" });
  say(`${article.outlet ?? "Unknown outlet"}, ${article.title ?? "without a title"}: the cited words are marked.`);
}

/** `article:revision:n` → the revision. */
export function revisionOf(passageId) {
  const parts = String(passageId ?? "").split(":");
  const revision = Number(parts[parts.length - 2]);
  return parts.length >= 3 && Number.isInteger(revision) && revision > 0 ? revision : undefined;
}

function spansOf(text, citations) {
  return citations.flatMap((citation) => {
    if (citation.source_span) return [{ start: citation.source_span.start, end: citation.source_span.end }];
    const at = text.indexOf(citation.quote); // what is nearest to a refusal comes without its place
    if (at < 0) return [];
    const start = Array.from(text.slice(0, at)).length;
    return [{ start, end: start + Array.from(citation.quote).length }];
  });
}

/** Outlet, title, byline, date. `level`: of the heading. */
export function head(article, level = "h2") {
  return h("header", { class: "article-head" },
    h("p", { class: "outlet" }, article.outlet ?? "Unknown outlet"),
    h(level, {}, article.title ?? "Without a title"),
    article.byline && h("p", { class: "byline" }, article.byline),
    h("p", { class: "dim" }, dated(article.published), basisNote(article.basis?.published),
      article.updated && ` · updated ${inWords(article.updated)}`, article.language && article.language !== "en" && ` · language: ${article.language}`));
}

/** The link to the original, at the exact words. */
export function original(article, span) {
  const url = safeUrl(article.url);
  if (!url) return h("p", { class: "dim original" }, "The original has no known address.");
  const points = new CodePoints(article.text);
  const address = span ? fragmentUrl(url, article.text, points.units(span.start), points.units(span.end)) : url.href;
  return h("p", { class: "original" }, outside(safeUrl(address), span ? "Original, at these words" : "Original"), h("span", { class: "dim" }, ` ${url.host}`));
}

const link = (article) => h("a", { href: `#/articles/${encodeURIComponent(article.id)}` }, article.outlet ?? "unknown outlet", article.title ? `, “${article.title}”` : "");

/** Notices above the text: withdrawal, newer revision, corrections, copies. */
export function notices(article, related, flags = []) {
  const found = [];
  if (article.withdrawn) found.push(h("p", { class: "notice bad" }, h("b", {}, "Withdrawn"), article.withdrawn_at && ` on ${inWords(article.withdrawn_at)}`, article.withdrawn_reason && `: ${article.withdrawn_reason}`, ". It is in no answer any more."));
  if (!article.current) found.push(h("p", { class: "notice" }, `This is revision ${article.revision}, the one that was cited. A newer one is in the archive.`));
  for (const by of related?.corrected_by ?? []) found.push(h("p", { class: "notice" }, h("b", {}, "Corrected"), by.published && ` on ${inWords(by.published)}`, " by ", link(by)));
  if (related?.corrects) found.push(h("p", { class: "notice calm" }, "This corrects ", link(related.corrects)));
  if (related?.copies?.length) found.push(h("p", { class: "notice calm" }, "The same story: ", related.copies.map((copy, i) => [i > 0 && "; ", link(copy)])));
  for (const flag of flags) if (flag.article_id === article.id && flag.kind === "purged") found.push(h("p", { class: "notice bad" }, "Purged: its words are erased."));
  return found;
}
