/* "Try it" on /docs: sends the request of a form and shows the response. */
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const output = form.querySelector("pre");
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const { name, value, dataset } of form.querySelectorAll("input")) {
    if (dataset.in === "path") path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (value) query.append(name, value);
  }
  const body = form.querySelector("textarea");
  const key = document.getElementById("key").value;
  const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(body && { "content-type": body.dataset.type }) };
  output.hidden = false;
  output.textContent = "…";
  try {
    const response = await fetch(query.size ? `${path}?${query}` : path, { method: form.dataset.method, headers, body: body?.value });
    const text = await response.text();
    const isJson = /json$/.test(response.headers.get("content-type") ?? "") && text;
    output.textContent = `${response.status}\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
  } catch (error) {
    output.textContent = `No response: ${error.message}`;
  }
});
