/* Making a voice: what was brought, the part that is kept, what is said in it, the form with its consent. */
Voicereel.maker = function ({ element, trigger, server, upload, watch }) {
  const find = (selector) => element.querySelector(selector);
  const WRITTEN = "voice-form";
  Voicereel.bringing({
    element, upload, brought: (file) => trigger("bring", file), most: 120,  // half a minute is plenty
    enough: (seconds) => (seconds < 10 ? "Good level. Go on for 10 seconds at least" : "That is enough; 20 seconds are better"),
  });
  const part = Voicereel.part({ element, changed: keep, settled: () => transcript.moved() });
  const transcript = Voicereel.transcript({ element, server, upload, part, changed: check });

  const value = (name) => { const box = find(`[data-field=${name}]`); return box ? box.value.trim() : ""; };
  const basis = () => { const card = find("[data-bases] [aria-checked=true]"); return card ? card.dataset.choice : ""; };

  function form() {
    const names = ["name", "tags", "language", "speaker", "statement"];
    return { ...Object.fromEntries(names.map((name) => [name, value(name)])), basis: basis(), transcript: transcript.text() };
  }

  function chooseBasis(card) {
    for (const each of element.querySelectorAll("[data-bases] [data-choice]")) {
      const chosen = each === card;
      each.setAttribute("aria-checked", chosen);
      each.parentElement.classList.toggle("chosen", chosen);
      each.tabIndex = chosen || !card ? 0 : -1;
    }
    const box = find("[data-field=statement]"), known = [...element.querySelectorAll("[data-statement]")];
    // A statement of one's own is left alone; ours makes room for the one that fits.
    if (card && (!box.value.trim() || known.some((each) => each.dataset.statement === box.value))) {
      box.value = card.parentElement.dataset.statement;
    }
  }

  function check() {
    const save = find("[data-save]");
    if (!save) return;
    const given = form();
    const missing = [["name", "a name"], ["basis", "whose voice it is"], ["speaker", "who is heard"], ["statement", "the statement"]]
      .filter(([name]) => !given[name]).map(([, said]) => said);
    if (transcript.misfit()) missing.push("a text that fits the chosen part");
    save.disabled = missing.length > 0;
    find("[data-why]").textContent = missing.length ? `Still needed: ${missing.join(", ")}.` : "";
    keep();
  }

  function keep() {
    if (!find("[data-form]") || !part.there()) return;
    const cut = part.moved() ? part.now() : {};
    Voicereel.own.set(WRITTEN, JSON.stringify({ ...form(), transcript: value("transcript"), file: part.file(), ...cut }));
  }

  /** What was typed is there again after a reload, or when saving was refused; what belongs to another recording is not. */
  function restore() {
    if (!find("[data-form]")) return;
    for (const option of element.querySelectorAll("[data-language-tag]")) {
      try { option.textContent = new Intl.DisplayNames(["en"], { type: "language" }).of(option.value); } catch { /* the tag stays */ }
    }
    let written = {};
    try { written = JSON.parse(Voicereel.own.get(WRITTEN) || "{}"); } catch { /* an older page's */ }
    const same = written.file === part.file();
    for (const box of element.querySelectorAll("[data-field]")) {
      const name = box.dataset.field;
      if (written[name] && (same || name !== "transcript")) box.value = written[name];
    }
    if (same) part.put(written.start, written.end);
    chooseBasis([...element.querySelectorAll("[data-bases] [data-choice]")].find((card) => card.dataset.choice === written.basis) || null);
    transcript.begin();
  }

  element.addEventListener("input", (event) => {
    if (find("[data-form]") && !event.target.matches("[data-field=transcript]")) check();
    const correct = find("[data-correct]");
    if (correct && event.target.matches("[data-field=transcript]")) correct.hidden = false;
  });

  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-bases] [data-choice]")) { chooseBasis(on("[data-choice]")); check(); }
    else if (on("[data-save]")) { on("[data-save]").disabled = true; trigger("keep", { form: { ...form(), ...(part.moved() ? part.now() : {}) } }); }
    else if (on("[data-discard]")) { Voicereel.player.hush(); trigger("discard", {}); }
    else if (on("[data-stop]")) { on("[data-stop]").disabled = true; trigger("stop", {}); }
    else if (on("[data-use]")) { trigger("use", { voice_id: on("[data-use]").dataset.use }); Voicereel.openTab("speech"); }
    else if (on("[data-correct]")) trigger("correct", { voice_id: on("[data-correct]").dataset.correct, transcript: value("transcript") });
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("[data-bases] [data-choice]")) return;
    event.preventDefault();
    const all = [...element.querySelectorAll("[data-bases] [data-choice]")];
    const next = all[(all.indexOf(event.target) + step + all.length) % all.length];
    next.focus();
    next.click();
  });

  function drawn() {
    if (find(".made")) Voicereel.own.set(WRITTEN, "{}");
    part.read();
    restore();
  }
  watch("value", drawn);
  drawn();
};
