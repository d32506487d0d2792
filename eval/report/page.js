// Filters the list of questions by words, kind and outcome. A link to a question opens it.
const words = document.getElementById("words");
const kind = document.getElementById("kind");
const show = document.getElementById("show");
const questions = [...document.querySelectorAll(".question")];

function filter() {
  const wanted = words.value.trim().toLowerCase();
  let count = 0;
  for (const question of questions) {
    const is =
      (!kind.value || question.dataset.kind === kind.value) &&
      (!show.value || question.dataset.is.split(" ").includes(show.value)) &&
      (!wanted || question.textContent.toLowerCase().includes(wanted));
    question.hidden = !is;
    count += is;
  }
  document.getElementById("count").value = `${count} of ${questions.length}`;
}

function open() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && named.classList.contains("question")) {
    named.hidden = false;
    named.open = true;
    named.scrollIntoView();
  }
}

document.getElementById("filters").addEventListener("input", filter);
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", open);
filter();
open();
