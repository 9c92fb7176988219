// Charts with sliders: drawn here from the specification that stands in the page. No request is made.
"use strict";
(() => {
  const options = { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  for (const place of document.querySelectorAll(".moving")) {
    if (!window.vegaEmbed) continue; // the page was copied without its folder: what is written beneath stays
    window.vegaEmbed(place, JSON.parse(document.getElementById(place.dataset.spec).textContent), options);
  }
})();
