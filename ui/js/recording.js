/* Captions started from a recording: what was brought, its script, who listens. What is typed is kept in this browser. */
Voicereel.recording = function ({ element, trigger, server, upload, watch }) {
  const WRITTEN = "recording-form";
  const find = (selector) => element.querySelector(selector);
  const box = (name) => find(`[data-field=${name}]`);
  const file = () => { const row = find("[data-recording-file]"); return row ? row.dataset.recordingFile : ""; };
  Voicereel.bringing({
    element, upload, brought: (sent) => trigger("bring", sent), most: 3600, enough: () => "Good level",
  });

  function form() {
    return { script: box("script").value, language: box("language").value, recogniser: box("recogniser").value };
  }

  let asked = "", waiting = 0;
  function check() {
    if (!box("script")) return;
    const given = form(), known = given.script.trim() !== "";
    find("[data-start]").textContent = known ? "Put the script on it" : "Write it down";
    find("[data-listens]").hidden = known;
    const off = find("[data-why-off]");
    if (off) off.hidden = known;
    Voicereel.own.set(WRITTEN, JSON.stringify({ file: file(), ...given }));
    const key = JSON.stringify([file(), known, given.language, given.recogniser, given.script.length]);
    if (key === asked) return;
    asked = key;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const said = await Promise.resolve(server.foresee({ file: file(), ...given })).catch(() => "");
      const line = find("[data-foreseen]");
      if (line && key === asked) line.textContent = said || "";
    }, 300);
  }

  /** A card that was drawn anew gets back what was typed for this recording. */
  function restore() {
    asked = "";
    if (!box("script")) return;
    let kept = {};
    try { kept = JSON.parse(Voicereel.own.get(WRITTEN) || "{}"); } catch { /* nothing of ours */ }
    if (kept.file === file()) {
      for (const name of ["script", "language", "recogniser"]) {
        const field = box(name), value = kept[name] || "";
        const off = field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value && !option.disabled);
        if (value && !off) field.value = value;
      }
    }
    check();
  }

  element.addEventListener("input", check);
  element.addEventListener("change", check);
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-start]")) { Voicereel.player.hush(); trigger("start", form()); }
    else if (event.target.closest("[data-discard]")) { Voicereel.player.hush(); trigger("discard", {}); }
  });
  document.addEventListener("voicereel:told", () => { asked = ""; check(); });
  watch("value", restore);
  restore();
};

/* How the job of a recording is, and what was found in it. */
Voicereel.told = function ({ element, trigger, watch }) {
  watch("value", () => document.dispatchEvent(new CustomEvent("voicereel:told")));
  element.addEventListener("click", (event) => {
    const place = event.target.closest("[data-seek-to]");
    if (event.target.closest("[data-stop]")) trigger("stop", {});
    else if (place) Voicereel.player.seek(+place.dataset.seekTo, true);
  });
};
