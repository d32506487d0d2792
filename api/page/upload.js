/* Adds articles by drag and drop or from a file dialog, one file after the other. */

import { get, path, sendFile } from "/page/api.js";
import { button, count, fill, h, say } from "/page/dom.js";
import { problemNotice } from "/page/states.js";

const POLL = 500;
const LINES = /\.(jsonl|ndjson)$/i;
const KINDS = ".md,.markdown,.txt,.html,.htm,.json,.jsonl,.ndjson,.xml,.rss,.atom";

/** `done()`: something was added. */
export function uploadBox(done) {
  const results = h("ul", { class: "uploads", "aria-label": "Uploads" });
  const picker = h("input", { type: "file", multiple: true, accept: KINDS, id: "files", class: "hidden", tabindex: "-1", "aria-hidden": "true", on: { change: () => { take([...picker.files]); picker.value = ""; } } });
  const box = h("div", { class: "drop" }, h("p", {}, "Drop articles here: Markdown, text, HTML, JSON, JSONL, RSS or Atom. ", button("Choose files", () => picker.click()), picker), results);
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, (event) => { event.preventDefault(); box.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); take([...event.dataTransfer.files]); });

  async function take(files) {
    let added = 0;
    for (const file of files) {
      const line = h("li", {}, h("b", {}, file.name), " ");
      const state = h("span", { role: "status" }, "sending …");
      const bar = h("progress", { "aria-label": `Progress of ${file.name}` });
      line.append(state, " ", bar);
      results.append(line);
      try {
        const taken = LINES.test(file.name) ? await upload(file, state, bar) : await single(file);
        added += taken.new;
        fill(state, taken.words);
        if (taken.errors.length) line.append(h("ul", { class: "bad" }, taken.errors.slice(0, 5).map((one) => h("li", {}, one)), taken.errors.length > 5 && h("li", {}, `and ${taken.errors.length - 5} more`)));
      } catch (error) {
        fill(state, "failed");
        line.append(problemNotice(error));
      }
      bar.remove();
    }
    say(`${count(files.length, "file")} processed, ${count(added, "article")} added`);
    if (added) done();
  }
  return box;
}

async function single(file) {
  const result = await sendFile(`/v1/articles/file?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream");
  const errors = result.results.filter((one) => one.error).map((one) => one.error.message);
  return { new: result.created + result.revised, words: inWords(result.created, result.revised, result.unchanged, result.errors), errors };
}

async function upload(file, state, bar) {
  let job = await sendFile("/v1/articles/upload", file, "application/x-ndjson");
  const lines = (await file.text()).split("\n").filter((line) => line.trim()).length;
  bar.max = Math.max(lines, 1);
  while (!["done", "failed"].includes(job.state)) {
    await new Promise((then) => setTimeout(then, POLL));
    job = await get(path("v1", "jobs", job.id));
    bar.value = job.line;
    fill(state, `${job.line.toLocaleString("en")} of ${count(lines, "line")}`);
  }
  const errors = job.errors.map((one) => `line ${one.line}: ${one.reason}`);
  if (job.message) errors.unshift(job.message);
  return { new: job.added + job.revised, words: inWords(job.added, job.revised, job.unchanged, job.failed + job.kept_out), errors };
}

function inWords(added, revised, unchanged, failed) {
  return [added && `${added} added`, revised && `${revised} revised`, unchanged && `${unchanged} unchanged`, failed && `${failed} failed`].filter(Boolean).join(", ") || "no articles";
}
