/* The view of one article: text, removed lines, revisions, corrections, copies, and the answers that cite it. */

import { get, path, post, remove } from "/page/api.js";
import { articleText, furniture } from "/page/article_text.js";
import { caller, may } from "/page/caller.js";
import { inWords, when } from "/page/dates.js";
import { button, fill, h, say } from "/page/dom.js";
import { head, notices, original } from "/page/source.js";
import { problemNotice } from "/page/states.js";

export function articleView(id, query) {
  const element = h("div", { class: "view wide" }, h("p", { class: "dim" }, "Opening the article …"));
  const chosen = Number(query.get("revision")) || undefined;
  const span = query.has("start") && query.has("end") ? { start: Number(query.get("start")), end: Number(query.get("end")) } : null;

  async function load() {
    try {
      await caller();
      const [article, related, citing] = await Promise.all([
        get(path("v1", "articles", id), { revision: chosen }), get(path("v1", "articles", id, "related")), get(path("v1", "articles", id, "answers"), { limit: 50 })]);
      document.title = `${article.title ?? id} · Dateline`;
      fill(element, h("div", { class: "columns" },
        h("article", { class: "article" }, head(article, "h1"), notices(article, related), original(article, span), withdrawal(article), articleText(article.text, span ? [span] : [], article.pages), furniture(article.removed)),
        h("div", { class: "about" }, about(article), revisions(id, article, related), citedBy(citing))));
      element.querySelector("mark")?.scrollIntoView({ block: "center" });
    } catch (error) {
      fill(element, h("h1", { class: "hidden" }, "Article"), problemNotice(error, load));
    }
  }

  function withdrawal(article) {
    if (!may("write")) return null;
    const trouble = h("div", {});
    const done = async (work, words) => {
      try { await work(); say(words); await load(); } catch (error) { fill(trouble, problemNotice(error)); }
    };
    if (article.withdrawn) return h("p", { class: "actions" }, button("Undo the withdrawal", () => done(() => post(path("v1", "articles", id, "reinstate")), "The article is in use again")), trouble);
    const reason = h("input", { type: "text", maxlength: "500", required: true, "aria-label": "Reason for withdrawing" , placeholder: "Reason, stored with the article" });
    const form = h("form", { class: "withdraw", hidden: true, on: { submit: (event) => { event.preventDefault(); done(() => remove(`${path("v1", "articles", id)}?reason=${encodeURIComponent(reason.value.trim() || "no reason given")}`), "The article is withdrawn"); } } },
      reason, h("button", { type: "submit", class: "strong" }, "Withdraw it"));
    return h("div", { class: "actions" }, button("Withdraw …", () => { form.hidden = !form.hidden; if (!form.hidden) reason.focus(); }), form, trouble);
  }

  load();
  return { element };
}

function about(article) {
  const row = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value ?? "unknown", value && article.basis[name.toLowerCase()] === "text" && h("span", { class: "dim" }, " (read in the text)")));
  return h("section", {}, h("h2", {}, "Metadata"), h("dl", {}, row("Id", article.id), row("Outlet", article.outlet), row("Byline", article.byline), row("Published", article.published && inWords(article.published)), row("Updated", article.updated && inWords(article.updated)), row("Language", article.language), row("Story", article.story_id), row("Ingested", when(article.ingested))));
}

function revisions(id, article, related) {
  return h("section", {}, h("h2", {}, "Revisions"), h("ol", { class: "revisions" }, related.revisions.map((one) => h("li", { value: one.number },
    one.number === article.revision ? h("b", {}, "this one") : h("a", { href: `#/articles/${encodeURIComponent(id)}?revision=${one.number}` }, one.title ?? "without a title"),
    h("span", { class: "dim" }, ` ingested ${when(one.ingested)}`, one.current && ", current")))));
}

function citedBy(citing) {
  return h("section", {}, h("h2", {}, "Answers that cite it"), citing.answers.length ? h("ul", { class: "citing" }, citing.answers.map((one) => h("li", {}, h("a", { href: `#/answers/${one.id}` }, one.question ?? one.id), h("span", { class: "dim" }, ` ${when(one.created)}`), one.flags.map((flag) => h("span", { class: "tag warn" }, flag.kind))))) : h("p", { class: "dim" }, "None so far."), citing.next_cursor && h("p", { class: "dim" }, "These are the first 50."));
}
