// What the page draws itself: numbers in the reader's locale, and the map of a plan.
(() => {
  const jvopt = (window.jvopt = window.jvopt || {});
  // Browsers that do not know Kazakh write its numbers as English; Russian has the same marks.
  const form = (options) => new Intl.NumberFormat(jvopt.lang === "kk" ? "ru" : jvopt.lang || "en", options);
  const minus = (text) => text.replace("-", "\u2212");

  jvopt.number = (value, digits = 0) =>
    value == null || Number.isNaN(value) ? "\u2013" : minus(form({ maximumFractionDigits: digits }).format(value));
  jvopt.short = (value, digits) => {
    if (value == null || Array.isArray(value)) value = value ? value[value.length - 1] : NaN;
    const size = Math.abs(value);
    if (size >= 1e6) return jvopt.number(value / 1e6, digits ?? (size >= 1e7 ? 1 : 2)) + "\u00a0" + (jvopt.million || "M");
    return jvopt.number(value, digits ?? (size >= 100 ? 0 : size >= 1 ? 2 : 4));
  };
  jvopt.share = (value) => minus(form({ style: "percent", maximumFractionDigits: 1 }).format(value));
  jvopt.seconds = (value) => jvopt.number(value, 1) + "\u00a0" + (jvopt.second || "s");
  jvopt.step = (p) => (p.data.total || p.data.amount < 0 ? "" : "+") + jvopt.short(p.data.amount);
  jvopt.tip = (p) => {
    const box = document.createElement("div");
    box.textContent = `${p.name}: ${jvopt.step(p)}`;
    return box;
  };
  jvopt.cell = (p) => (typeof p.value === "number" ? jvopt.number(p.value, Math.abs(p.value) >= 1000 ? 0 : 2) : p.value);
  jvopt.percentCell = (p) => (typeof p.value === "number" ? jvopt.share(p.value) : p.value);

  // Name something that a library draws without a name, once it is there.
  jvopt.name = (selector, name, tries = 50) => {
    const found = document.querySelectorAll(selector);
    found.forEach((element) => element.setAttribute("aria-label", name));
    if (!found.length && tries) setTimeout(() => jvopt.name(selector, name, tries - 1), 100);
  };

  // Mark the cells of a grid by row: what is wrong, and what is new. A row that is typed in waits.
  jvopt.mark = (api, marked) => {
    const typed = new Set(api.getEditingCells().map((cell) => cell.rowIndex));
    const rowNodes = [];
    api.forEachNode((row) => {
      [row.data._bad, row.data._new] = marked[row.data._row] || [{}, []];
      if (!typed.has(row.rowIndex)) rowNodes.push(row);
    });
    api.refreshCells({ rowNodes, force: true });
  };

  const words = (lines) => {
    const box = document.createElement("div");
    lines.forEach((line, n) => {
      const row = document.createElement("div");
      row.textContent = line;
      if (n === 0) row.style.fontWeight = "600";
      box.appendChild(row);
    });
    return box;
  };

  jvopt.draw = (map, spec, tell) => {
    if (!map || !window.L) return;
    const L = window.L;
    if (map.jvoptLayers) map.jvoptLayers.remove();
    else L.control.attribution({ prefix: false }).addAttribution(spec.credit).addTo(map);
    const all = (map.jvoptLayers = L.layerGroup().addTo(map));
    const swap = (ring) => ring.map(([x, y]) => [y, x]);
    for (const area of spec.land) {
      const shape = L.polygon(area.polygons.map((polygon) => polygon.map(swap)), {
        color: "#ffffff", weight: 0.9, fillColor: area.fill, fillOpacity: 1, smoothFactor: 0.6,
      }).addTo(all);
      if (area.words) shape.bindTooltip(words(area.words), { sticky: true, className: "jv-tip" });
      if (area.words) shape.on("click", () => tell({ region: area.code }));
    }
    for (const flow of spec.flows) {
      const line = L.polyline(flow.points, {
        color: flow.color, weight: flow.width, opacity: 0.66, lineCap: "round",
      }).addTo(all);
      line.bindTooltip(words(flow.words), { sticky: true, className: "jv-tip" });
      line.on("mouseover", () => line.setStyle({ opacity: 1 }));
      line.on("mouseout", () => line.setStyle({ opacity: 0.66 }));
      line.on("click", () => tell({ flow: flow.id }));
    }
    for (const site of spec.sites) {
      const mark = L.circleMarker(site.at, {
        radius: site.size, color: site.open ? "#ffffff" : site.color, weight: site.open ? 1.5 : 1.2,
        fillColor: site.open ? site.color : "#ffffff", fillOpacity: site.open ? 0.95 : 0.7,
        opacity: site.open ? 1 : 0.6,
      }).addTo(all);
      mark.bindTooltip(words(site.words), { className: "jv-tip" });
      mark.on("click", () => tell({ site: site.id }));
      if (site.label) {
        const icon = L.divIcon({ className: "jv-label", html: "", iconSize: null, iconAnchor: site.left ? [site.size + 4, 9] : [-site.size - 4, 9] });
        const label = L.marker(site.at, { icon, interactive: false, keyboard: false }).addTo(all);
        const words = document.createElement("span");
        words.textContent = site.label;
        if (site.left) words.className = "left";
        label.getElement().appendChild(words);
      }
    }
    if (spec.fit && spec.bounds) map.fitBounds(spec.bounds, { padding: [18, 18] });
  };
})();
