/* The layers of a video in plain words, from the top down. The value: {number: layer as the studio takes it, with our own _name}. */
Voicereel.layers = function ({ element, props, trigger, server, upload, watch }) {
  const PLACES = ["top_left", "top", "top_right", "left", "center", "right", "bottom_left", "bottom", "bottom_right"];
  const MOST = 12;
  const FRESH = {
    title: () => ({ kind: "title", text: "", template: "headline", position: "top", start: 0, end: 4 }),
    progress_bar: () => ({ kind: "progress_bar", color: "#F2452B", position: "bottom", height: 0.008 }),
  };
  const TEMPLATES = { headline: "Headline", card: "Card", banner: "Banner", lower_third: "Lower third" };
  const KINDS = { title: "Title", image: "Picture", progress_bar: "Progress bar" };
  const { make, field, pills, choose, range, second } = Voicereel.pieces;
  let written = "", settling = 0;

  const list = element.querySelector("[data-layers]");
  const layers = () => props.value || {};
  const words = (place) => (place === "center" ? "in the middle" : `at the ${place.replace("_", " ")}`);
  const percent = (share) => `${Math.round(100 * share)} %`;

  function when({ start = 0, end = null }) {
    if (!start && end === null) return "the whole time";
    if (end === null) return `from ${second(start)} on`;
    return start ? `${second(start)} to ${second(end)}` : `the first ${second(end)}`;
  }

  /** What a layer is, as somebody would say it. */
  function said(layer) {
    if (layer.kind === "image") return `${words(layer.position)}, ${percent(layer.width)} wide${layer.opacity < 1 ? `, ${percent(layer.opacity)} visible` : ""}, ${when(layer)}`;
    if (layer.kind === "title") return `${TEMPLATES[layer.template]} ${words(layer.position)}, ${when(layer)}`;
    return `${words(layer.position)}, fills while the video plays`;
  }

  const name = (layer) => (layer.kind === "image" ? layer._name || "Picture" : layer.kind === "title" ? layer.text || "Title" : "Progress bar");

  // ---------------------------------------------------------------- drawing

  function row(number, layer, open) {
    const summary = make("summary", {}, make("span", { class: `layer-icon is-${layer.kind}` }),
      make("b", { text: name(layer), "data-name": true }), make("span", { class: "hint grow", text: said(layer), "data-said": true }));
    const controls = make("div", { class: "layer-controls" }, ...controlsOf(layer),
      make("div", { class: "row layer-foot" }, make("button", { type: "button", class: "button small", "data-remove-layer": true, text: "Remove" })));
    return make("details", { class: "layer", "data-layer": number, open }, summary, controls);
  }

  function controlsOf(layer) {
    if (layer.kind === "title") return [
      field("Text", make("input", { type: "text", maxlength: 160, "data-path": "text", value: layer.text, placeholder: "What it says" })),
      field("Look", pills("template", Object.entries(TEMPLATES), layer.template)),
      field("Place", pills("position", [["top", "Top"], ["center", "Middle"], ["bottom", "Bottom"]], layer.position)), ...times(layer)];
    if (layer.kind === "image") return [
      field("Place", grid(layer.position)),
      field("Width", slider("width", layer.width, 0.03, 1)),
      field("Visible", slider("opacity", layer.opacity, 0.05, 1)), ...times(layer)];
    return [
      field("Place", pills("position", [["top", "Top"], ["bottom", "Bottom"]], layer.position)),
      field("Height", pills("height", [["0.004", "Fine"], ["0.008", "Medium"], ["0.016", "Bold"]], layer.height)),
      field("Colour", make("input", { type: "color", "data-path": "color", value: layer.color.toLowerCase() }))];
  }

  function grid(chosen) {
    const group = make("div", { class: "nine", role: "radiogroup", "aria-label": "Place" });
    for (const place of PLACES) group.append(make("button", { type: "button", role: "radio", "aria-checked": String(place === chosen), "aria-label": place.replace("_", " "), title: place.replace("_", " "), "data-set": "position", "data-to": place }));
    return group;
  }

  function slider(path, value, least, most) {
    const line = make("input", { type: "range", min: least, max: most, step: 0.01, value, "data-path": path, "data-number": true });
    const told = make("output", { class: "meta", text: percent(value) });
    line.style.setProperty("--range_progress", `${(100 * (value - least)) / (most - least)}%`);
    return make("div", { class: "layer-slider" }, line, told);
  }

  function times(layer) {
    const boxes = [["start", layer.start || 0, "0", "From, in seconds"], ["end", layer.end, "the end", "To, in seconds"]];
    return [field("Time", range(boxes, { min: 0, max: 7200, step: 0.1 }, "s"))];
  }

  function draw(open) {
    const opened = new Set([...list.querySelectorAll("[data-layer][open]")].map((each) => each.dataset.layer));
    if (open) opened.add(open);
    // Pictures lie below all else, wherever they stand among the layers.
    const pictures = ([, layer]) => layer.kind === "image", down = Object.entries(layers()).reverse();
    const shown = [...down.filter((each) => !pictures(each)), ...down.filter(pictures)];
    list.replaceChildren(...shown.map(([number, layer]) => row(number, layer, opened.has(number))));
    written = JSON.stringify(layers());
    announce();
  }

  const announce = () => document.dispatchEvent(new CustomEvent("voicereel:chosen", { detail: { id: "layers", value: layers() } }));

  // ---------------------------------------------------------------- changing

  function keep(next) {
    props.value = next;
    written = JSON.stringify(next);
    clearTimeout(settling);
    settling = setTimeout(() => { trigger("pick", {}); announce(); }, 200);
  }

  function add(layer) {
    if (Object.keys(layers()).length >= MOST) { Voicereel.say(`A video takes ${MOST} layers.`); return; }
    const number = String(1 + Math.max(0, ...Object.keys(layers()).map(Number)));
    keep({ ...layers(), [number]: layer });
    draw(number);
    const first = list.querySelector(`[data-layer="${number}"] input`);
    if (first && layer.kind === "title") first.focus();
  }

  function change(part, path, value) {
    const number = part.closest("[data-layer]").dataset.layer, layer = { ...layers()[number], [path]: value };
    keep({ ...layers(), [number]: layer });
    const shown = part.closest("[data-layer]");
    shown.querySelector("[data-name]").textContent = name(layer);
    shown.querySelector("[data-said]").textContent = said(layer);
  }

  async function bring(file) {
    if (!file) return;
    Voicereel.say("Sending the picture …");
    try {
      const { path } = await upload(file);
      const kept = await server.keep_picture({ path, name: file.name });
      if (kept.error) { Voicereel.say(`${kept.error.message} ${kept.error.hint}`); return; }
      add({ kind: "image", file: kept.file, _name: kept.name, position: "top_right", width: 0.2, opacity: 1, start: 0, end: null });
    } catch {
      Voicereel.say("The picture could not be sent.");
    }
  }

  function choosePicture() {
    const input = make("input", { type: "file", accept: "image/png,image/jpeg,image/webp" });
    input.addEventListener("change", () => bring(input.files[0]));
    input.click();
  }

  element.addEventListener("click", (event) => {
    const fresh = event.target.closest("[data-add]"), set = event.target.closest("[data-set]"), gone = event.target.closest("[data-remove-layer]");
    if (fresh) { if (fresh.dataset.add === "image") choosePicture(); else add(FRESH[fresh.dataset.add]()); }
    else if (set) {
      choose(set);
      change(set, set.dataset.set, set.dataset.set === "height" ? +set.dataset.to : set.dataset.to);
    } else if (gone) {
      const { [gone.closest("[data-layer]").dataset.layer]: _, ...others } = layers();
      keep(others);
      draw();
    }
  });
  element.addEventListener("input", (event) => {
    const box = event.target.closest("[data-path]");
    if (!box) return;
    if ("number" in box.dataset) {
      box.nextElementSibling.textContent = percent(box.value);
      box.style.setProperty("--range_progress", `${(100 * (box.value - box.min)) / (box.max - box.min)}%`);
      change(box, box.dataset.path, +box.value);
    } else if (box.dataset.path === "start") change(box, "start", Math.max(0, +box.value || 0));
    else if (box.dataset.path === "end") change(box, "end", box.value === "" ? null : Math.max(0, +box.value));
    else change(box, box.dataset.path, box.type === "color" ? box.value.toUpperCase() : box.value);
  });

  /** The two layers that are always there, by the names of the cards that were chosen for them. */
  function nameOthers() {
    const style = document.querySelector("#style .chosen .style-name b"), background = document.querySelector("#background .chosen .choice-card");
    element.querySelector("[data-captions-said]").textContent = `${style ? `${style.textContent}, ` : ""}above everything else`;
    element.querySelector("[data-background-said]").textContent = `${background && background.parentElement.title ? `${background.parentElement.title}, ` : ""}below everything else`;
  }
  document.addEventListener("voicereel:chosen", (event) => { if (["background", "style", "caption-style"].includes(event.detail.id)) nameOthers(); });
  nameOthers();

  watch("value", () => { if (JSON.stringify(layers()) !== written) draw(); });
  draw();
};
