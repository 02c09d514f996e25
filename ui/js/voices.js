/* The voices that were made here, and the mixer of built-in ones. */
Voicereel.ownVoices = function ({ element, trigger, server, upload, watch }) {
  const find = (selector) => element.querySelector(selector);

  function search() {
    const box = find("[data-own-search]");
    if (!box) return;
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of element.querySelectorAll(".own-voice")) {
      const fits = words.every((word) => row.dataset.search.includes(word));
      row.hidden = !fits;
      found += fits;
    }
    find(".nothing-found").hidden = found > 0;
  }

  async function take(voice, button) {
    button.disabled = true;
    const { url, name, error } = await Promise.resolve(server.export_voice(voice)).catch(() => ({ error: { message: "The studio did not answer.", hint: "" } }));
    button.disabled = false;
    if (error) { Voicereel.say(`${error.message} ${error.hint}`); return; }
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  }

  async function bring(file) {
    const { path } = await upload(file);
    trigger("bring", { path, name: file.name });
  }

  function amend(row) {
    const value = (name) => { const box = row.querySelector(`[data-field=${name}]`); return box ? box.value.trim() : null; };
    trigger("amend", { voice_id: row.dataset.voice, name: value("name"), tags: value("tags"), transcript: value("transcript") });
  }

  element.addEventListener("input", (event) => { if (event.target.matches("[data-own-search]")) search(); });
  element.addEventListener("change", (event) => {
    if (event.target.matches("[data-import-file]") && event.target.files.length) {
      bring(event.target.files[0]).catch(() => Voicereel.say("The file could not be sent."));
    }
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-import]")) { find("[data-import-file]").click(); return; }
    const row = on(".own-voice");
    if (!row) return;
    const editor = row.querySelector(".own-editor");
    if (on("[data-preview]")) Voicereel.hearVoice(on("[data-preview]"), server);
    else if (on("[data-use]")) { trigger("use", { voice_id: row.dataset.voice }); Voicereel.openTab("speech"); }
    else if (on("[data-export]")) take(row.dataset.voice, on("[data-export]"));
    else if (on("[data-delete-yes]")) { Voicereel.player.hush(); trigger("remove", { voice_id: row.dataset.voice }); }
    else if (on("[data-edit-yes]")) amend(row);
    else if (on("[data-edit-no]")) { editor.hidden = true; row.querySelector("[data-edit]").focus(); }
    else if (on("[data-edit]")) { editor.hidden = !editor.hidden; if (!editor.hidden) editor.querySelector("input").focus(); }
    else Voicereel.asksFirst(event, row);
  });
  element.addEventListener("keydown", (event) => {
    const row = event.target.closest(".own-voice");
    if (row && event.key === "Enter" && event.target.matches(".own-editor input")) amend(row);
    if (row && event.key === "Escape") { row.querySelector(".own-editor").hidden = true; row.querySelector(".confirm").hidden = true; }
  });
  watch("value", search);
};

Voicereel.blend = function ({ element, trigger, server, watch }) {
  const find = (selector) => element.querySelector(selector);
  const parts = () => [...element.querySelectorAll(".blend-part:not([hidden])")];

  /** Voices with their weights as the operations write them; each voice once. */
  function recipe() {
    const weights = new Map();
    for (const part of parts()) {
      const voice = part.querySelector("[data-blend-voice]").value, weight = +part.querySelector("[data-weight]").value;
      weights.set(voice, (weights.get(voice) || 0) + weight);
    }
    return weights.size > 1 ? [...weights].map(([voice, weight]) => `${voice}(${weight})`).join("+") : "";
  }

  function show() {
    const shown = parts();
    const total = shown.reduce((sum, part) => sum + +part.querySelector("[data-weight]").value, 0) || 1;
    for (const part of shown) {
      const weight = part.querySelector("[data-weight]");
      part.querySelector("[data-share]").textContent = `${Math.round((100 * weight.value) / total)} %`;
      weight.style.setProperty("--range_progress", `${(100 * (weight.value - weight.min)) / (weight.max - weight.min)}%`);
      part.querySelector("[data-remove-part]").hidden = shown.length <= 2;
    }
    const written = recipe();
    find("[data-recipe]").textContent = written || "Choose two different voices.";
    find("[data-preview]").dataset.preview = written;
    find("[data-preview]").disabled = !written;
    find("[data-save-blend]").disabled = !written || !find("[data-field=name]").value.trim();
    find("[data-add-part]").hidden = !element.querySelector(".blend-part[hidden]");
  }

  element.addEventListener("input", show);
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-preview]")) Voicereel.hearVoice(on("[data-preview]"), server);
    else if (on("[data-add-part]")) { element.querySelector(".blend-part[hidden]").hidden = false; show(); }
    else if (on("[data-remove-part]")) { on(".blend-part").hidden = true; show(); }
    else if (on("[data-save-blend]")) {
      on("[data-save-blend]").disabled = true;
      trigger("keep", { recipe: recipe(), name: find("[data-field=name]").value.trim() });
    }
  });
  watch("value", show);
  show();
};
