// What the page draws itself: numbers in the reader's locale, and the map of a plan.
(() => {
  const jvopt = (window.jvopt = window.jvopt || {});
  // Browsers that do not know Kazakh write its numbers as English; Russian has the same marks.
  const form = (options) => new Intl.NumberFormat(jvopt.lang === "kk" ? "ru" : jvopt.lang || "en", options);
  // Before charts are laid out: they measure words once, in the letters that are there by then.
  for (const weight of [400, 700]) document.fonts.load(`${weight} 12px Roboto`, "a1\u0436\u04d9");

  const minus = (text) => text.replace("-", "\u2212");

  const written = (value, least, most) =>
    minus(form({ minimumFractionDigits: least, maximumFractionDigits: most }).format(value));
  const millions = (text) => text + "\u00a0" + (jvopt.million || "M");

  jvopt.number = (value, digits = 0) => (value == null || Number.isNaN(value) ? "\u2013" : written(value, 0, digits));
  jvopt.short = (value) => {
    if (value == null || Array.isArray(value)) value = value ? value[value.length - 1] : NaN;
    const size = Math.abs(value);
    if (size >= 1e6) return millions(jvopt.number(value / 1e6, size >= 1e7 ? 1 : 2));
    return jvopt.number(value, size >= 100 ? 0 : size >= 1 ? 2 : 4);
  };
  // In a unit and with digits that all numbers of a chart have in common.
  jvopt.amount = (value, unit, digits) => {
    if (!value) return "0";
    const text = written(value / unit, digits, digits);
    return unit > 1 ? millions(text) : text;
  };
  // Small shares with two figures that count: 0.014% is not 0%.
  jvopt.share = (value, digits) => {
    const size = Math.abs(value);
    const small = size < 0.01 && size > 5e-7 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 1 };
    const fixed = { minimumFractionDigits: value ? digits : 0, maximumFractionDigits: digits };
    return minus(form({ style: "percent", ...(digits == null ? small : fixed) }).format(value));
  };
  jvopt.seconds = (value) => jvopt.number(value, 1) + "\u00a0" + (jvopt.second || "s");
  jvopt.step = (p, unit, digits) =>
    p.data.amount == null ? "" : (p.data.total || p.data.amount < 0 ? "" : "+") + jvopt.amount(p.data.amount, unit, digits);
  jvopt.tip = (p, unit, digits) => {
    const box = document.createElement("div");
    box.textContent = `${p.name}: ${jvopt.step(p, unit, digits)}`;
    return box;
  };
  // Break a name into two lines of about so many letters, as evenly as its words let it; what is
  // longer loses its middle, as it is the ends that tell the lines of a plant apart.
  jvopt.broken = (name, letters) => {
    if (name.length <= letters) return name;
    const longer = (space) => Math.max(space, name.length - space - 1);
    const spaces = [...name.matchAll(/ /g)].map((found) => found.index);
    const best = spaces.sort((a, b) => longer(a) - longer(b))[0];
    if (best && longer(best) <= letters + 3) return `${name.slice(0, best)}\n${name.slice(best + 1)}`;
    const half = Math.min(letters, Math.ceil(name.length / 2)) - 1;
    return `${name.slice(0, half).trimEnd()}\u2026\n${name.slice(-half).trimStart()}`;
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
    const labels = [];
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
        const icon = L.divIcon({ className: "jv-label", html: "", iconSize: [0, 0] });
        const label = L.marker(site.at, { icon, interactive: false, keyboard: false }).addTo(all);
        const words = label.getElement().appendChild(document.createElement("span"));
        words.textContent = site.label;
        labels.push({ words, at: site.at, size: site.size });
      }
    }
    const fit = () => map.fitBounds(spec.bounds, { padding: [18, 18] });
    map.jvoptLabels = () => jvopt.placeLabels(map, labels);
    if (!map.jvoptWatched) {
      map.jvoptWatched = true;
      map.on("moveend", () => map.jvoptLabels());
      new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
    }
    if (spec.fit) fit();
    map.jvoptLabels();
  };

  // Put each name beside its place: right, left, below or above, inside the map and on no other name.
  jvopt.placeLabels = (map, labels) => {
    const room = map.getSize();
    const apart = (a, b) => a.x + a.w < b.x || b.x + b.w < a.x || a.y + a.h < b.y || b.y + b.h < a.y;
    const taken = labels.map(({ at, size }) => {
      const { x, y } = map.latLngToContainerPoint(at);
      return { x: x - size, y: y - size, w: 2 * size, h: 2 * size };
    });
    labels.forEach(({ words, at, size }) => {
      const place = map.latLngToContainerPoint(at);
      words.hidden = false;
      const [w, h] = [words.offsetWidth, words.offsetHeight];
      const [right, left, below, above] = [size + 3, -size - 3 - w, size + 3, -size - 3 - h];
      const free = [[right, -h / 2], [left, -h / 2], [-w / 2, below], [-w / 2, above], [right, above], [right, below], [left, above], [left, below]]
        .map(([x, y]) => ({ left: x, top: y, x: place.x + x, y: place.y + y, w, h }))
        .find((box) => box.x >= 0 && box.y >= 0 && box.x + w <= room.x && box.y + h <= room.y && taken.every((other) => apart(box, other)));
      words.hidden = !free;
      if (!free) return;
      taken.push(free);
      words.style.left = `${free.left}px`;
      words.style.top = `${free.top}px`;
    });
  };
})();
