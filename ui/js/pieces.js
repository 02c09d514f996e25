/* Pieces that lists of the Video tab are drawn with: text only, never markup. */
Voicereel.pieces = (() => {
  function make(tag, attributes = {}, ...inner) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") made.textContent = value;
      else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...inner);
    return made;
  }

  const field = (label, control) => make("div", { class: "layer-field" }, make("span", { class: "setting-label", text: label }), control);

  /** Short words of which one is chosen: pairs of a value and what people read. */
  function pills(path, options, chosen, label = path) {
    const group = make("div", { class: "choice pills", role: "radiogroup", "aria-label": label });
    for (const [value, said] of options) {
      const box = make("div", { class: `card-box${value === String(chosen) ? " chosen" : ""}` });
      box.append(make("button", { type: "button", class: "choice-card", role: "radio", "aria-checked": String(value === String(chosen)), "data-set": path, "data-to": value, text: said }));
      group.append(box);
    }
    return group;
  }

  /** Mark what was pressed as the chosen one of its group. */
  function choose(pressed) {
    const group = pressed.closest("[role=radiogroup]");
    for (const each of group.querySelectorAll("[data-set]")) {
      each.setAttribute("aria-checked", String(each === pressed));
      each.parentElement.classList.toggle("chosen", each === pressed && each.parentElement !== group);
    }
  }

  /** Two numbers: from, to. `boxes`: `[path, value, placeholder, what readers hear]` for each. */
  function range(boxes, limits, unit) {
    const box = ([path, value, placeholder, label]) => make("input", { type: "number", ...limits, "data-path": path, value: value === null || value === undefined ? "" : value, placeholder, "aria-label": label });
    return make("div", { class: "row layer-times" }, make("span", { class: "hint", text: "from" }), box(boxes[0]),
      make("span", { class: "hint", text: "to" }), box(boxes[1]), ...(unit ? [make("span", { class: "hint", text: unit })] : []));
  }

  const second = (moment) => `${+(+moment).toFixed(1)} s`;

  return { make, field, pills, choose, range, second };
})();
