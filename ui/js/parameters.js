/* The parameters of the engine that will speak. The value: what was set, by engine; what is as it comes is left out. */
Voicereel.parameters = function ({ element, props, trigger, watch }) {
  const find = (selector) => element.querySelector(selector);

  function read(row) {
    const box = row.querySelector("[data-value]");
    if (row.dataset.kind === "flag") return box.checked;
    return row.dataset.kind === "choice" ? box.value : +box.value;
  }

  function show(row) {
    const box = row.querySelector("[data-value]"), output = row.querySelector("output");
    row.classList.toggle("is-set", "set" in row.dataset);
    if (!output) return;
    output.textContent = "set" in row.dataset || box.dataset.default !== "" ? String(+(+box.value).toFixed(3)) : "auto";
    box.style.setProperty("--range_progress", `${(100 * (box.value - box.min)) / (box.max - box.min)}%`);
  }

  function keep() {
    const engine = find("[data-engine]").dataset.engine;
    const given = {};
    for (const row of element.querySelectorAll("[data-parameter]")) if ("set" in row.dataset) given[row.dataset.parameter] = read(row);
    const { [engine]: _, ...others } = props.value || {};
    props.value = Object.keys(given).length ? { ...others, [engine]: given } : others;
    trigger("pick", {});
  }

  function isDefault(row) {
    const box = row.querySelector("[data-value]");
    return row.dataset.kind === "flag" ? (box.checked ? "on" : "off") === box.dataset.default : box.dataset.default !== "" && String(read(row)) === String(row.dataset.kind === "choice" ? box.dataset.default : +box.dataset.default);
  }

  element.addEventListener("input", (event) => {
    const row = event.target.closest("[data-parameter]");
    if (!row) return;
    if (isDefault(row)) delete row.dataset.set; else row.dataset.set = "";
    show(row);
  });
  element.addEventListener("change", (event) => { if (event.target.closest("[data-parameter]")) keep(); });
  element.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reset]")) return;
    for (const row of element.querySelectorAll("[data-parameter]")) {
      const box = row.querySelector("[data-value]");
      delete row.dataset.set;
      if (row.dataset.kind === "flag") box.checked = box.dataset.default === "on";
      else box.value = box.dataset.default !== "" ? box.dataset.default : (+box.min + +box.max) / 2;
      show(row);
    }
    keep();
  });

  const drawn = () => element.querySelectorAll("[data-parameter]").forEach(show);
  watch(["value", "fields"], drawn);
  drawn();
};
