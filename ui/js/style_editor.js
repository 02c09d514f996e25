/* The style editor. The value: {style} with what was changed and not saved, or {}. Rows that nobody touched stay as they are. */
Voicereel.styleEditor = function ({ element, props, trigger, server, upload, watch }) {
  const find = (selector) => element.querySelector(selector);
  const rows = () => [...element.querySelectorAll("[data-path]")];
  let base = null, style = null, waiting = 0, asked = 0, open = Voicereel.own.get("style-editor") === "open";

  function read() {
    const editor = find("[data-editor]");
    element.querySelector(".style-own").open = open;
    if (!editor) return;
    base = JSON.parse(editor.dataset.base);
    style = JSON.parse(editor.dataset.style);
    rows().forEach((row) => { row.querySelectorAll("input, select").forEach(asDrawn); showRow(row); });
    asDrawn(find("[data-title]"));
    showState();
    drawPicture();
  }

  /** A control that was there before keeps what was done to it, whatever its attributes say now. */
  function asDrawn(box) {
    if (box.type === "checkbox") box.checked = box.defaultChecked;
    else if (box.matches("select")) [...box.options].forEach((option) => { if (option.defaultSelected) option.selected = true; });
    else box.value = box.defaultValue;
  }

  const changed = () => JSON.stringify(style) !== JSON.stringify(base);

  function showState() {
    const editor = find("[data-editor]");
    editor.classList.toggle("is-changed", changed());
    editor.dataset.highlight = style.highlight;
    find("[data-back]").hidden = !changed();
    const change = find("[data-save=change]");
    if (change) change.disabled = !changed() && find("[data-title]").value.trim() === base.title;
  }

  function showRow(row) {
    const box = row.querySelector("[data-value]"), output = row.querySelector("output"), code = row.querySelector("code");
    if (output) {
      output.textContent = row.dataset.kind === "count" ? box.value : `${+(100 * box.value).toFixed(1)} %`;
      box.style.setProperty("--range_progress", `${(100 * (box.value - box.min)) / (box.max - box.min)}%`);
    }
    if (code) code.textContent = box.value.toUpperCase();
    if (row.dataset.kind === "part") row.parentElement.classList.toggle("is-there", box.checked);
    if (row.dataset.kind === "optional") box.hidden = !row.querySelector("[data-on]").checked;
    if (row.dataset.kind === "colours") {
      const count = row.querySelectorAll("[data-value]").length;
      row.querySelector("[data-fewer]").hidden = count < 2;
      row.querySelector("[data-more]").hidden = count >= +row.querySelector("[data-most]").dataset.most;
    }
  }

  function valueOf(row) {
    const box = row.querySelector("[data-value]");
    switch (row.dataset.kind) {
      case "count": return +box.value;
      case "number": return +(+box.value).toFixed(4);
      case "flag": return box.checked;
      case "colour": return box.value.toUpperCase();
      case "colours": return [...row.querySelectorAll("[data-value]")].map((each) => each.value.toUpperCase());
      case "optional": return row.querySelector("[data-on]").checked ? box.value.toUpperCase() : null;
      case "words": return box.value.split(/[,;\n]+/).map((word) => word.trim().slice(0, 40)).filter(Boolean).slice(0, 50);
      case "part": return box.checked ? partOf(row) : null;
      default: return box.value;
    }
  }

  /** A shadow or panel with all its values, from its rows. */
  function partOf(row) {
    const name = row.dataset.path;
    const inner = [...row.parentElement.querySelectorAll(`[data-path^="${name}."]`)];
    return Object.fromEntries(inner.map((each) => [each.dataset.path.split(".")[1], valueOf(each)]));
  }

  function put(row) {
    const [first, second] = row.dataset.path.split(".");
    style = { ...style };
    if (!second) style[first] = valueOf(row);
    else if (style[first]) style[first] = { ...style[first], [second]: valueOf(row) };
    if (row.dataset.path === "position") leaveToStyle("caption-position");
    if (row.dataset.path === "uppercase") leaveToStyle("caption-capitals");
  }

  /** What is set beside the style would hide the change. */
  function leaveToStyle(group) {
    const auto = document.querySelector(`#${group} [data-choice="auto"][aria-checked="false"]`);
    if (auto) auto.click();
  }

  function touched(row) {
    put(row);
    showRow(row);
    showState();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      props.value = changed() ? { style } : {};
      trigger("attempt", {});
      drawPicture();
    }, 180);
  }

  /** The renderer's picture of the style as it is now; what comes late for an older one is dropped. */
  async function drawPicture() {
    const place = find("[data-draft-picture]");
    if (!open || !place) return;
    const mine = ++asked;
    place.classList.add("drawing");
    const { url, drawn, error } = await Promise.resolve(server.picture_draft(style)).catch(() => ({}));
    if (mine !== asked || !place.isConnected) return;
    place.classList.remove("drawing");
    if (error) Voicereel.say(`${error.message} ${error.hint}`);
    if (!url) return;
    const file = (place.querySelector(".live-caption") || { dataset: {} }).dataset;
    const picture = new Image();
    picture.alt = "The style as it will be burned in";
    picture.onload = () => { if (mine === asked) place.append(picture); };
    picture.src = url;
    place.querySelectorAll(".live-caption").forEach((old) => old.remove());
    place.insertAdjacentHTML("afterbegin", drawn);
    const live = place.querySelector(".live-caption");
    if (live.dataset.font === file.font && file.fontFile) live.dataset.fontFile = file.fontFile;
    const olds = [...place.querySelectorAll("img")];
    setTimeout(() => olds.forEach((old) => old.isConnected && picture.isConnected && old.remove()), 400);
    document.dispatchEvent(new CustomEvent("voicereel:chosen", { detail: { id: "style-draft", value: changed() } }));
  }

  const { choose } = Voicereel.bringsFiles({ trigger, upload });

  async function exportFile() {
    const { url, name, error } = await Promise.resolve(server.export_style(base.name)).catch(() => ({}));
    if (!url) { Voicereel.say(error ? `${error.message} ${error.hint}` : "The studio did not answer."); return; }
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }

  element.addEventListener("toggle", (event) => {
    if (!event.target.matches(".style-own") || event.target.open === open) return;
    open = event.target.open;
    Voicereel.own.set("style-editor", open ? "open" : "shut");
    if (open && style) drawPicture();
  }, true);
  element.addEventListener("input", (event) => {
    const row = event.target.closest("[data-path]");
    if (row && style) touched(row);
    else if (event.target.matches("[data-title]")) showState();
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const more = on("[data-more]"), fewer = on("[data-fewer]"), save = on("[data-save]");
    if (more || fewer) {
      const row = on("[data-path]"), boxes = row.querySelectorAll("[data-value]"), last = boxes[boxes.length - 1];
      if (fewer) last.remove();
      else last.after(Object.assign(last.cloneNode(), { value: last.value }));
      touched(row);
    } else if (save) {
      const title = find("[data-title]").value.trim();
      if (!title) { Voicereel.say("Give it a name."); find("[data-title]").focus(); return; }
      clearTimeout(waiting);
      if (Voicereel.stylePictures) Voicereel.stylePictures.delete(base.name);
      trigger("save", { how: save.dataset.save, title, style });
    } else if (on("[data-back]")) { clearTimeout(waiting); trigger("back", {}); }
    else if (on("[data-export]")) exportFile();
    else if (on("[data-bring]")) choose();
    else if (on("[data-delete-yes]")) trigger("remove", {});
    else if (on(".piece")) Voicereel.asksFirst(event, on(".piece"));
  });

  watch(["value", "fields"], () => {
    // Another style was picked elsewhere, or the fields came anew.
    const editor = find("[data-editor]");
    if (editor && (!style || editor.dataset.read !== "yes")) { editor.dataset.read = "yes"; read(); }
  });
  read();
};
