// Language, tabs, filters and charts. No request is made: everything is in the page and its folder.
"use strict";
(() => {
  const root = document.documentElement;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const options = {
    ast: true, // the policy of the page forbids eval
    renderer: "svg",
    actions: false,
    defaultStyle: false,
    logLevel: 1, // errors: a layer without rows is none
    tooltip: { disableDefaultStyle: true },
  };
  const views = new Map();
  const remembered = {
    get: () => { try { return sessionStorage.getItem("lang"); } catch { return null; } },
    set: (lang) => { try { sessionStorage.setItem("lang", lang); } catch { /* a browser may refuse it for files */ } },
  };

  // The legend names what is drawn: a scale of names keeps those that the rows have.
  function shown(specification, rows) {
    const made = structuredClone(specification);
    const present = (field) => new Set(rows.map((row) => row[field]));
    for (const layer of made.layer) {
      for (const channel of Object.values(layer.encoding)) {
        if (!channel.scale || !channel.scale.range) continue;
        const { domain, range } = channel.scale;
        const found = present(channel.field);
        const kept = domain.map((name) => found.has(name));
        channel.scale.domain = domain.filter((_, place) => kept[place]);
        channel.scale.range = range.filter((_, place) => kept[place]);
      }
    }
    return made;
  }

  async function draw(chart, lang) {
    const previous = views.get(chart);
    if (previous) previous.finalize();
    const rows = read(chart.dataset.rows);
    const specification = { ...shown(window.specifications[chart.dataset.kind][lang], rows), datasets: { rows } };
    const drawn = await window.vegaEmbed(chart, specification, options);
    if (root.dataset.lang === lang) views.set(chart, drawn);
  }

  function choose(lang) {
    root.lang = lang;
    root.dataset.lang = lang;
    remembered.set(lang);
    for (const button of document.querySelectorAll("[data-choose]")) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === lang));
    }
    for (const option of document.querySelectorAll("option[data-vi]")) option.textContent = option.dataset[lang];
    const heading = document.querySelector(`h1 .t[lang="${lang}"]`);
    if (heading) document.title = heading.textContent;
    for (const chart of document.querySelectorAll(".chart")) draw(chart, lang);
  }

  // ---- the board: one plan at a time, filtered; what is chosen stands in the address
  const forms = [...document.querySelectorAll("form.filters")];
  const state = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  let leading = "";

  function apply() {
    const wanted = state();
    const plan = forms.some((form) => form.dataset.plan === wanted.plan) ? wanted.plan : leading;
    for (const section of document.querySelectorAll("section.plan")) section.hidden = section.dataset.plan !== plan;
    for (const tab of document.querySelectorAll(".tab")) {
      if (tab.dataset.plan === plan) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    for (const form of forms) {
      const chosen = form.dataset.plan === plan ? wanted : {};
      const scope = chosen.scope || "headline";
      for (const radio of form.querySelectorAll("input[type=radio]")) radio.checked = radio.value === scope;
      for (const select of form.querySelectorAll("select")) select.value = chosen[select.name] || "";
      let count = 0;
      for (const row of form.parentElement.querySelectorAll("tr.row")) {
        const inside = scope === "all" || row.dataset[scope] === "true";
        const selects = [...form.querySelectorAll("select")];
        const fits = inside && selects.every((select) => !select.value || row.dataset[select.name] === select.value);
        row.hidden = !fits;
        if (fits) count += 1;
      }
      form.querySelector(".shown .number").textContent = String(count);
    }
  }

  function remember(form) {
    const chosen = { plan: form.dataset.plan, scope: form.querySelector("input:checked").value };
    for (const select of form.querySelectorAll("select")) if (select.value) chosen[select.name] = select.value;
    history.replaceState(null, "", "#" + new URLSearchParams(chosen));
    apply();
  }

  for (const form of forms) form.addEventListener("change", () => remember(form));
  for (const tab of document.querySelectorAll(".tab")) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", "#" + new URLSearchParams({ plan: tab.dataset.plan }));
      apply();
    });
  }
  window.addEventListener("hashchange", apply);
  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => choose(button.dataset.choose));
  }
  root.classList.add("js");
  if (forms.length) {
    leading = forms[0].dataset.plan;
    apply();
  }
  choose(remembered.get() || root.dataset.lang);
})();
