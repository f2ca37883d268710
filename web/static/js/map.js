// A list as a map: its records from the list beside it, grouped where they would cover each other, over outlines of our own or
// the tiles that the installation names.
"use strict";

(() => {
  const APART = 44;  // pixels within which records are one group
  const LISTED = 20;  // records that a popup lists
  const FARTHEST = 2;
  const NEAREST = { land: 14, tiles: 18 };
  const SHOWN = 10;  // how near a record of the list is shown
  const zh = document.documentElement.lang.startsWith("zh");
  const kept = new Map();  // what was fetched, by its address

  function fetched(address) {
    if (!kept.has(address)) {
      const asked = fetch(address).then((answer) => answer.json());
      asked.catch(() => kept.delete(address));
      kept.set(address, asked);
    }
    return kept.get(address);
  }

  // Rings of a TopoJSON file with one object, `land`: arcs are steps from point to point, a negative one runs backwards.
  function rings(topology) {
    const { scale, translate } = topology.transform;
    const arcs = topology.arcs.map((arc) => {
      let x = 0, y = 0;
      return arc.map(([dx, dy]) => [(y += dy) * scale[1] + translate[1], (x += dx) * scale[0] + translate[0]]);
    });
    const along = (at) => (at < 0 ? arcs[~at].slice().reverse() : arcs[at]);
    const joined = (ring) => ring.flatMap((at, nth) => (nth ? along(at).slice(1) : along(at)));
    const drawn = (polygon) => polygon.map((ring) => unrolled(joined(ring)));
    const polygons = topology.objects.land.geometries.flatMap((one) => one.arcs).map(drawn);
    const moved = (polygon, by) => polygon.map((ring) => ring.map(([latitude, longitude]) => [latitude, longitude + by]));
    const reaching = (beyond) => polygons.filter((polygon) => polygon.some((ring) => ring.some(beyond)));
    return [
      ...polygons,
      ...reaching(([, longitude]) => longitude > 180).map((polygon) => moved(polygon, -360)),
      ...reaching(([, longitude]) => longitude < -180).map((polygon) => moved(polygon, 360)),
    ];
  }

  // A ring that crosses the date line goes on beyond 180 degrees; one that goes around the pole is closed over it.
  function unrolled(ring) {
    let turn = 0, last = ring[0][1];
    const whole = ring.map(([latitude, longitude]) => {
      if (longitude - last > 180) turn -= 360;
      if (last - longitude > 180) turn += 360;
      last = longitude;
      return [latitude, longitude + turn];
    });
    const first = whole[0][1], end = whole.at(-1)[1];
    return Math.abs(end - first) > 180 ? [...whole, [-90, end], [-90, first]] : whole;
  }

  function start(root) {
    const canvas = root.querySelector(".map__canvas");
    const said = root.dataset;
    const points = Array.from(root.querySelectorAll(".map-card"), (card) => ({
      card, at: L.latLng(Number(card.dataset.latitude), Number(card.dataset.longitude)), color: card.dataset.color,
    }));
    const whole = L.latLngBounds(points.map((one) => one.at));
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(canvas, {
      zoomControl: false, minZoom: FARTHEST, maxZoom: said.tiles ? NEAREST.tiles : NEAREST.land, zoomSnap: 0.5, zoomAnimation: !calm,
      fadeAnimation: !calm, markerZoomAnimation: !calm, maxBounds: [[-85, -200], [85, 200]], maxBoundsViscosity: 1,
    });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: said.near, zoomOutTitle: said.far }).addTo(map);
    everything().addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const all = () => map.fitBounds(whole, { padding: [36, 36], maxZoom: SHOWN, animate: false });
    all();

    let groups = [];  // records that would cover each other, as far as one is zoomed in
    const marks = L.layerGroup().addTo(map);
    let opener = null;  // what is focused again when a popup closes

    map.on("popupopen", ({ popup }) => {
      const box = popup.getElement();
      box.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", said.close);
      box.querySelector("a.map-card__title")?.focus({ preventScroll: true });
    });
    map.on("popupclose", ({ popup }) => {
      root.querySelector(".map-card.is-shown")?.classList.remove("is-shown");
      const within = popup.getElement()?.contains(document.activeElement) || document.activeElement === document.body;
      if (within && opener?.isConnected) opener.focus({ preventScroll: true });
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-map-show]");
      if (button) show(points.find((one) => one.card.contains(button)), button);
    });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(canvas);
    map.on("zoomend", gather);
    gather();
    if (said.tiles) tiles(); else outlines();

    function tiles() {
      const credit = document.createElement("span");
      credit.textContent = said.credit;
      L.tileLayer(said.tiles, { maxZoom: NEAREST.tiles, attribution: credit.innerHTML, referrerPolicy: "origin" }).addTo(map);
    }

    function outlines() {
      map.attributionControl.addAttribution("Natural Earth");
      fetched(said.land).then((topology) => {
        L.polygon(rings(topology), { className: "map-land", interactive: false, fillOpacity: 1 }).addTo(map).bringToBack();
      });
      map.createPane("names").style.zIndex = 450;  // above the land, below the records
      map.getPane("names").setAttribute("aria-hidden", "true");
      const names = L.layerGroup().addTo(map);
      fetched(said.places).then((places) => {
        const draw = () => name(names, places);
        map.on("zoomend", draw);
        draw();
      });
    }

    // Names of cities, the greater ones first, as far as they leave each other room. What a mark would cover stands beside it.
    function name(names, places) {
      names.clearLayers();
      const zoom = map.getZoom();
      const taken = [];
      places.filter(([rank]) => zoom >= [0, 3, 5, 6.5][rank]).forEach(([, chinese, english, latitude, longitude]) => {
        const text = zh ? chinese : english;
        const place = map.project([latitude, longitude]);
        const covering = groups.find(({ at }) => Math.abs(at.y - place.y) < 20 && at.x - place.x < 50 && place.x - at.x < 20);
        const at = covering ? covering.at : place;
        const width = text.length * (zh ? 13 : 7) + (covering ? 30 : 16);
        const meets = (y, from, to) => Math.abs(y - at.y) < 20 && at.x < to && from < at.x + width;
        if (taken.some((other) => meets(other.y, other.x, other.x + other.width))) return;
        if (groups.some((one) => one !== covering && meets(one.at.y, one.at.x - 18, one.at.x + 18))) return;
        taken.push({ x: at.x, y: at.y, width });
        const label = document.createElement("span");
        label.textContent = text;
        const kind = covering ? "map-name map-name--beside" : "map-name";
        const icon = L.divIcon({ className: kind, html: label, iconSize: [0, 0] });
        L.marker(map.unproject(at), { icon, pane: "names", interactive: false, keyboard: false }).addTo(names);
      });
    }

    // The records as marks; those that would cover each other as one with their number.
    function gather() {
      groups = [];
      points.forEach((one) => {
        const at = map.project(one.at);
        const group = groups.find((other) => other.at.distanceTo(at) < APART);
        if (group) group.held.push(one); else groups.push({ at, held: [one] });
      });
      marks.clearLayers();
      groups.sort((a, b) => a.at.x - b.at.x);  // in the order of the tab key: from west to east
      groups.forEach(({ held }) => mark(held));
    }

    function mark(held) {
      const many = held.length > 1;
      const spread = L.latLngBounds(held.map((one) => one.at));
      const drawn = document.createElement("span");
      drawn.textContent = many ? String(held.length) : "";
      const size = many ? 40 : 28;
      const kind = many ? "map-pin--many" : `map-pin--${held[0].color}`;
      const icon = L.divIcon({ className: `map-pin ${kind}`, html: drawn, iconSize: [size, size] });
      const label = many ? said.many.replace("#", held.length) : held[0].card.querySelector(".map-card__title").textContent;
      const marker = L.marker(held[0].at, { icon, title: label, riseOnHover: true }).addTo(marks);
      marker.getElement().setAttribute("aria-label", label);
      const choose = () => {
        opener = marker.getElement();
        const together = spread.getSouthWest().equals(spread.getNorthEast()) || map.getZoom() >= map.getMaxZoom();
        if (many && !together) nearer(spread);
        else open(marker.getLatLng(), held);
      };
      marker.on("click", choose);
      marker.getElement().addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      });
    }

    // Going nearer keeps the keyboard on the map.
    function nearer(spread) {
      const held = canvas.contains(document.activeElement);
      const wanted = Math.max(map.getBoundsZoom(spread, false, L.point(48, 48)), map.getZoom() + 1);
      map.setView(spread.getCenter(), Math.min(wanted, map.getMaxZoom()), { animate: !calm });
      if (held) map.once("moveend", () => canvas.focus({ preventScroll: true }));
    }

    function open(at, held) {
      const box = document.createElement("div");
      held.slice(0, LISTED).forEach((one) => {
        const copy = document.createElement("div");
        copy.className = "map-card";
        copy.append(...Array.from(one.card.cloneNode(true).childNodes));
        copy.querySelector("[data-map-show]").remove();
        box.append(copy);
      });
      if (held.length > LISTED) {
        const rest = document.createElement("p");
        rest.textContent = said.rest.replace("#", held.length - LISTED);
        box.append(rest);
      }
      const room = Math.max(160, canvas.clientHeight - 120);
      const popup = L.popup({ maxWidth: 280, minWidth: 180, maxHeight: room, offset: [0, -6] });
      popup.setLatLng(at).setContent(box).openOn(map);
      if (held.length === 1) held[0].card.classList.add("is-shown");
    }

    function show(one, button) {
      map.closePopup();
      opener = button;
      map.setView(one.at, Math.max(map.getZoom(), SHOWN), { animate: false });
      if (!wide.matches) canvas.scrollIntoView({ block: "center" });
      open(one.at, [one]);
    }

    function everything() {
      const control = L.control({ position: "topleft" });
      control.onAdd = () => {
        const bar = L.DomUtil.create("div", "leaflet-bar");
        const button = L.DomUtil.create("a", "", bar);
        Object.assign(button, { href: "#", title: said.all, textContent: "⤢" });
        button.setAttribute("role", "button");
        button.setAttribute("aria-label", said.all);
        L.DomEvent.disableClickPropagation(bar);
        L.DomEvent.on(button, "click", (event) => {
          L.DomEvent.preventDefault(event);
          map.closePopup();
          all();
        });
        return bar;
      };
      return control;
    }
  }

  const wide = window.matchMedia("(width >= 768px)");

  function begin() {
    document.querySelectorAll("[data-map]:not([data-drawn])").forEach((root) => {
      root.dataset.drawn = "";
      if (!wide.matches) root.querySelector("details").open = false;
      start(root);
    });
  }
  document.addEventListener("htmx:afterSettle", begin);
  begin();
})();
