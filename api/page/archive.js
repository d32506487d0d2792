/* The view of the archive: its articles, with filters and search; adding articles, if the key may. */

import { get, post } from "/page/api.js";
import { caller, may, seesAll } from "/page/caller.js";
import { dated } from "/page/dates.js";
import { button, count, fill, h } from "/page/dom.js";
import { emptyArchive, problemNotice } from "/page/states.js";
import { shortened } from "/page/text.js";
import { uploadBox } from "/page/upload.js";

const PAGE = 50;
const address = (id) => `#/articles/${encodeURIComponent(id)}`;

export function archiveView(query) {
  const field = (name, label, type = "date") => h("label", {}, label, h("input", { type, name, value: query.get(name) ?? "" }));
  const outlet = h("select", { name: "outlets" }, h("option", { value: "" }, "all"));
  const form = h("form", { class: "archive-filters", role: "search", on: { submit: (event) => { event.preventDefault(); load(); } } },
    field("q", "Words", "search"), h("label", {}, "Outlet", outlet), field("published_from", "Published from"), field("published_to", "Published to"), field("as_of", "As of"),
    h("button", { type: "submit", class: "strong" }, "Show"));
  const place = h("div", {}, h("p", { class: "dim" }, "…"));
  const adding = h("div", {});
  const element = h("div", { class: "view" }, h("h1", {}, "Archive"), adding, form, place);

  async function start() {
    await caller();
    if (!adding.firstChild) fill(adding, may("read") && seesAll() && h("p", {}, h("a", { href: "#/sources" }, "Watched sources")), may("write") && uploadBox(() => { start(); }));
    const { outlets } = await get("/v1/outlets");
    const chosen = outlet.value || query.get("outlets");
    fill(outlet, h("option", { value: "" }, "all"), outlets.filter((one) => one.name).map((one) => h("option", { value: one.name, selected: one.name === chosen }, `${one.name} (${one.articles})`)));
    if (!outlets.length) { fill(place, emptyArchive(false)); form.hidden = true; return; }
    form.hidden = false;
    await load();
  }

  async function load() {
    const { q, outlets, published_from, published_to, as_of } = form.elements;
    const filters = Object.fromEntries(Object.entries({ published_from: published_from.value, published_to: published_to.value }).filter(([, value]) => value));
    if (outlets.value) filters.outlets = [outlets.value];
    fill(place, h("p", { class: "dim", role: "status" }, "Searching …"));
    try {
      if (q.value.trim()) await search(q.value.trim(), filters, as_of.value || null);
      else await list({ ...filters, as_of: as_of.value });
    } catch (error) {
      fill(place, problemNotice(error, load));
    }
  }

  async function list(params) {
    const rows = h("tbody", {});
    const more = button("More", () => next(), { hidden: true });
    let cursor = null, shown = 0;
    const head = h("p", { class: "dim", role: "status" });
    const next = async () => {
      const page = await get("/v1/articles", { ...params, limit: PAGE, cursor });
      cursor = page.next_cursor;
      shown += page.articles.length;
      for (const article of page.articles) rows.append(row(article));
      more.hidden = !cursor;
      head.textContent = cursor ? `The first ${shown.toLocaleString("en")}, by id` : count(shown, "article");
    };
    await next();
    fill(place, head, shown ? h("table", { class: "articles" }, h("thead", {}, h("tr", {}, ["Outlet", "Title", "Published"].map((one) => h("th", { scope: "col" }, one)))), rows) : h("p", {}, "No article passes these filters."), more);
  }

  async function search(words, filters, as_of) {
    const found = await post("/v1/search", { query: words, filters, as_of, limit: 20 });
    fill(place, h("p", { class: "dim", role: "status" }, `${count(found.passages.length, "passage")}, nearest first`),
      h("ol", { class: "hits" }, found.passages.map((passage) => h("li", {},
        h("p", {}, h("a", { href: `${address(passage.article_id)}?start=${passage.source_span.start}&end=${passage.source_span.end}` }, h("b", {}, passage.article.outlet ?? "Unknown outlet"), ` ${passage.article.title ?? "without a title"}`), h("span", { class: "dim" }, ` ${dated(passage.article.published)}`)),
        h("blockquote", {}, shortened(passage.quote, 280))))),
      !found.passages.length && h("p", {}, "Nothing was found."));
  }

  start().catch((error) => fill(place, problemNotice(error, start)));
  return { element, title: "Archive" };
}

function row(article) {
  return h("tr", {}, h("td", {}, article.outlet ?? "unknown"), h("td", {}, h("a", { href: address(article.id) }, article.title ?? article.id), article.corrects && h("span", { class: "tag" }, "correction"), article.revision > 1 && h("span", { class: "tag" }, `revision ${article.revision}`)), h("td", { class: "dim" }, dated(article.published)));
}
