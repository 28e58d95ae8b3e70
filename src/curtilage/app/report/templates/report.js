"use strict";
(() => {
  const view = document.getElementById("view");
  const all = (selector) => [...document.querySelectorAll(selector)];

  for (const box of all("[data-toggle]")) {
    const show = () => {
      const layers = new Set(view.dataset.layers.split(" "));
      layers[box.checked ? "add" : "delete"](box.dataset.toggle);
      view.dataset.layers = [...layers].join(" ");
    };
    box.addEventListener("change", show);
    show();
  }

  const strength = document.getElementById("strength");
  if (strength) {
    const show = () => view.style.setProperty("--strength", strength.value / 100);
    strength.addEventListener("input", show);
    show();
  }

  const which = document.getElementById("which-heat");
  if (which) {
    const show = () => {
      for (const part of all("[data-layer]")) part.hidden = part.dataset.layer !== which.value;
    };
    which.addEventListener("change", show);
    show();
  }

  const table = document.getElementById("events");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const filters = all("[data-filter]");
  const shown = document.getElementById("shown");

  const filter = () => {
    let count = 0;
    for (const row of rows) {
      row.hidden = filters.some((f) => f.value && row.dataset[f.dataset.filter] !== f.value);
      if (!row.hidden) count += 1;
    }
    const of = count === rows.length ? "" : ` of ${rows.length}`;
    shown.value = `${count}${of} ${rows.length === 1 ? "event" : "events"}`;
  };
  for (const f of filters) f.addEventListener("change", filter);
  filter();

  const numeric = new Set(["time", "duration"]);
  const value = (row, key) => (numeric.has(key) ? Number(row.dataset[key]) : row.dataset[key]);
  for (const button of all("[data-sort]")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = button.dataset.sort;
      const sign = down ? -1 : 1;
      const order = (a, b) => {
        const x = value(a, key);
        const y = value(b, key);
        const by = numeric.has(key) ? x - y : x.localeCompare(y);
        return sign * by || a.dataset.time - b.dataset.time;
      };
      body.append(...[...rows].sort(order));
    });
  }
})();
