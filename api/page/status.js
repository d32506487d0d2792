/* The state of the server and its archive. */

import { get } from "/page/api.js";
import { caller, seesAll } from "/page/caller.js";
import { dated } from "/page/dates.js";
import { count, fill, h } from "/page/dom.js";
import { problemNotice } from "/page/states.js";

const EVERY = 5000;

export function statusView() {
  const place = h("div", {}, h("p", { class: "dim" }, "…"));
  const element = h("div", { class: "view" }, h("h1", {}, "Status"), place);
  let timer = 0;

  async function load() {
    try {
      await caller();
      if (!seesAll()) { fill(place, h("p", { class: "notice" }, "Status covers the whole archive, and your key sees a part of it only.")); return; }
      const found = await get("/v1/status");
      fill(place, table(found), h("p", {}, h("a", { href: "#/feedback" }, "Feedback on answers")));
      timer = setTimeout(() => { if (element.isConnected) load(); }, EVERY);
    } catch (error) {
      fill(place, problemNotice(error, load));
    }
  }
  load();
  return { element, title: "Status", leave: () => clearTimeout(timer) };
}

function table(found) {
  const { counts } = found;
  const row = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
  const index = found.trouble ? h("span", { class: "mark-warn" }, `${found.trouble}; rebuilt at the next search`) : found.snapshot ? `${found.snapshot}, ${found.lag ? `${count(found.lag, "change")} behind` : "up to date"}` : "built at the next search";
  return h("dl", { class: "facts" },
    row("Articles", `${counts.articles.toLocaleString("en")} in ${count(counts.stories, "story", "stories")}`, counts.withdrawn > 0 && `; ${counts.withdrawn.toLocaleString("en")} withdrawn`),
    row("Newest article", dated(found.newest)), row("Passages", counts.passages.toLocaleString("en")), row("Stored answers", counts.answers.toLocaleString("en")),
    row("Model", found.llm ?? "none: the reader answers", found.local_model && `, on this machine: ${found.local_model.state}`), row("Encoder", found.encoder ?? "none yet"), row("Index", index),
    row("Queue", `${found.running} running, ${found.waiting} waiting`), row("On disk", `archive ${size(found.archive_bytes)}, indexes ${size(found.index_bytes)}, cache ${size(found.cache_bytes)}`), row("Folder", found.home));
}

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes, unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}
