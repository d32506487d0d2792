/* Copies an answer with its citations as Markdown, plain text or HTML. */

import { inWords } from "/page/dates.js";
import { button, h, safeUrl, say } from "/page/dom.js";
import { pagesOf } from "/page/pages.js";
import { oneLine } from "/page/text.js";

const markers = (claim) => [...new Set(claim.citations.map((citation) => citation.source))].sort((a, b) => a - b);
const who = (source, answer) => [source.outlet ?? "Unknown outlet", source.title && `“${oneLine(source.title)}”`, inWords(source.published)].filter(Boolean).join(", ") + pagesOf(source, answer);
// What Markdown or a viewer of it would take for markup.
const escaped = (text) => oneLine(text).replace(/[\\`*_{}[\]<>#|~!]/g, "\\$&").replace(/^(\d+)\./, "$1\\.").replace(/^([-+])/, "\\$1");

/** Markdown; addresses only in pointed brackets, and only those that a browser may open. */
export function asMarkdown(answer, link) {
  const lines = [`**${escaped(answer.question)}**`, ""];
  if (answer.short_answer) lines.push(`**${escaped(answer.short_answer.text)}**`, "");
  if (answer.refusal) lines.push(`No answer: ${escaped(answer.refusal.message)}`, "");
  lines.push(...paragraphs(answer, (heading) => `### ${escaped(heading)}`, (claim) => `${escaped(claim.text)} ${markers(claim).map((n) => `[^${n}]`).join("")}`));
  for (const one of answer.disagreements) lines.push(`${one.kind === "update" ? "Updated" : "Sources disagree"}: ${escaped(one.subject)}`, ...one.positions.map((p) => `- ${p.superseded ? `~~${escaped(p.value)}~~` : escaped(p.value)} ${markers(p).map((n) => `[^${n}]`).join("")}`), "");
  for (const source of answer.sources) {
    const url = safeUrl(source.url);
    lines.push(`[^${source.number}]: ${escaped(who(source, answer))}${url ? ` <${url.href}>` : ""}`);
  }
  lines.push("", `Dateline, ${answer.answered_by}: <${link}>`);
  return lines.join("\n");
}

export function asPlain(answer, link) {
  const lines = [oneLine(answer.question), ""];
  if (answer.short_answer) lines.push(answer.short_answer.text, "");
  if (answer.refusal) lines.push(`No answer: ${answer.refusal.message}`, "");
  lines.push(...paragraphs(answer, (heading) => heading, (claim) => `${claim.text} ${markers(claim).map((n) => `[${n}]`).join(" ")}`));
  for (const one of answer.disagreements) lines.push(`${one.kind === "update" ? "Updated" : "Sources disagree"}: ${one.subject}`, ...one.positions.map((p) => `- ${p.value}${p.superseded ? " (superseded)" : ""} ${markers(p).map((n) => `[${n}]`).join(" ")}`), "");
  for (const source of answer.sources) lines.push(`[${source.number}] ${who(source, answer)}${safeUrl(source.url) ? ` ${safeUrl(source.url).href}` : ""}`);
  lines.push("", `Dateline, ${answer.answered_by}: ${link}`);
  return lines.join("\n");
}

function paragraphs(answer, heading, sentence) {
  const lines = [];
  let last = null, text = [];
  const flush = () => { if (text.length) lines.push(text.join(" "), ""); text = []; };
  for (const claim of answer.claims) {
    if (claim.heading !== last) {
      flush();
      if (claim.heading) lines.push(heading(claim.heading), "");
      last = claim.heading;
    }
    text.push(sentence(claim));
  }
  flush();
  return lines;
}

/** HTML, serialised from elements, so that all words are escaped. */
export function asHtml(answer, link) {
  const place = h("div", {}, h("p", {}, h("b", {}, answer.question)));
  if (answer.short_answer) place.append(h("p", {}, h("strong", {}, answer.short_answer.text)));
  if (answer.refusal) place.append(h("p", {}, `No answer: ${answer.refusal.message}`));
  let last = null, paragraph = null;
  for (const claim of answer.claims) {
    if (claim.heading !== last && claim.heading) place.append(h("h3", {}, claim.heading));
    if (claim.heading !== last || !paragraph) place.append(paragraph = h("p", {}));
    last = claim.heading;
    paragraph.append(`${claim.text} `, h("sup", {}, markers(claim).join(", ")), " ");
  }
  for (const one of answer.disagreements) place.append(h("p", {}, `${one.kind === "update" ? "Updated" : "Sources disagree"}: ${one.subject}`), h("ul", {}, one.positions.map((p) => h("li", {}, h(p.superseded ? "s" : "span", {}, p.value), " ", h("sup", {}, markers(p).join(", "))))));
  place.append(h("ol", {}, answer.sources.map((source) => h("li", { value: source.number }, who(source, answer), safeUrl(source.url) && [" ", h("a", { href: safeUrl(source.url).href }, safeUrl(source.url).host)]))));
  place.append(h("p", {}, `Dateline, ${answer.answered_by}: `, h("a", { href: link }, link)));
  return place.outerHTML;
}

/** Put it on the clipboard, or into a box to be copied from where the browser gives no clipboard. */
export async function copyAs(kind, answer, link) {
  const text = { markdown: asMarkdown, plain: asPlain, html: asHtml, link: () => link }[kind](answer, link);
  try {
    if (kind === "html") {
      await navigator.clipboard.write([new ClipboardItem({ "text/html": new Blob([text], { type: "text/html" }), "text/plain": new Blob([asPlain(answer, link)], { type: "text/plain" }) })]);
    } else {
      await navigator.clipboard.writeText(text);
    }
    say(kind === "link" ? "The link is copied" : "Copied with citations");
  } catch {
    const box = h("textarea", { rows: "12", readonly: true, "aria-label": "Text to copy" });
    box.value = text;
    const dialog = h("dialog", { class: "dialog", "aria-label": "Copy" }, h("p", {}, "The browser does not let this page use the clipboard. Copy from here:"), box, h("p", { class: "actions" }, button("Close", () => dialog.close())));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    box.select();
  }
}
