// Language switch and charts. No request is made: everything is in the page.
"use strict";
(() => {
  const root = document.documentElement;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const options = {
    ast: true, // the policy of the page forbids eval
    renderer: "svg",
    actions: false,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  };
  const views = new Map();

  async function draw(chart, lang) {
    const previous = views.get(chart);
    if (previous) previous.finalize();
    const specification = { ...read("specifications")[lang], datasets: { rows: read(chart.dataset.rows) } };
    const drawn = await window.vegaEmbed(chart, specification, options);
    if (root.dataset.lang === lang) views.set(chart, drawn);
  }

  function choose(lang) {
    root.lang = lang;
    root.dataset.lang = lang;
    const title = document.querySelector("title");
    document.title = title.dataset[lang];
    for (const button of document.querySelectorAll("[data-choose]")) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === lang));
    }
    for (const chart of document.querySelectorAll(".chart")) draw(chart, lang);
  }

  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => choose(button.dataset.choose));
  }
  root.classList.add("js");
  choose(root.dataset.lang);
})();
