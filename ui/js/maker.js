/* Making a voice: recorder and upload, the part that is kept, the form with its consent. */
Voicereel.maker = function ({ element, trigger, server, upload, watch }) {
  const find = (selector) => element.querySelector(selector);
  const WRITTEN = "voice-form";
  const MOST_RECORDED = 120;  // seconds; half a minute is plenty
  let recorder = null, part = null;

  // ---------------------------------------------------------------- recording and sending

  function showStart(which) {
    find("[data-tiles]").hidden = which !== "start";
    find("[data-recording]").hidden = which !== "recording";
    find("[data-sending]").hidden = which !== "sending";
  }

  async function record() {
    if (recorder) return;
    Voicereel.player.hush();
    if (Voicereel.player.playing()) Voicereel.player.toggle();
    try {
      recorder = await Voicereel.recorder(heard);
      showStart("recording");
    } catch (error) {
      Voicereel.say(error.message);
    }
  }

  let peak = 0;
  function heard(loudest, seconds) {
    const bar = find("[data-level]");
    if (!bar || !recorder) { leave(); return; }
    peak = Math.max(loudest, peak * 0.97);
    const decibels = 20 * Math.log10(Math.max(peak, 1e-5));
    bar.style.width = `${Math.max(0, Math.min(100, (decibels + 54) * (100 / 54)))}%`;
    bar.parentElement.setAttribute("aria-valuenow", Math.round(Math.max(0, 100 + decibels * 1.85)));
    const said = decibels > -1 ? "Too loud: move back a little" : decibels < -36 ? "Very quiet: come closer" : seconds < 10 ? "Good level. Go on for 10 seconds at least" : "That is enough; 20 seconds are better";
    const line = find("[data-level-said]");
    if (line.textContent !== said) line.textContent = said;
    find("[data-clock]").textContent = Voicereel.clock(seconds);
    bar.classList.toggle("loud", decibels > -1);
    if (seconds >= MOST_RECORDED) finish();
  }

  async function leave() {
    const was = recorder;
    recorder = null;
    if (was) await was.cancel();
  }

  async function finish() {
    const was = recorder;
    recorder = null;
    if (was) send(await was.finish());
  }

  async function send(file) {
    showStart("sending");
    find("[data-sent]").textContent = `Sending ${file.name}…`;
    try {
      const { path } = await upload(file);
      trigger("bring", { path, name: file.name });
    } catch {
      showStart("start");
      Voicereel.say("The recording could not be sent. Is the studio still running?");
    }
  }

  element.addEventListener("dragover", (event) => { if (find("[data-tiles]")) event.preventDefault(); });
  element.addEventListener("drop", (event) => {
    if (!find("[data-tiles]") || !event.dataTransfer.files.length) return;
    event.preventDefault();
    send(event.dataTransfer.files[0]);
  });

  // ---------------------------------------------------------------- the part that is kept

  function readPart() {
    const box = find(".plot-box");
    part = box && find("[data-part]") ? {
      box, start: +box.dataset.start, end: +box.dataset.end, first: [+box.dataset.start, +box.dataset.end],
      duration: +box.dataset.duration, most: +box.dataset.most, least: Math.min(1, +box.dataset.duration),
    } : null;
  }

  function movePart(start, end) {
    const { duration, box } = part;
    part.start = Math.max(0, Math.min(start, duration));
    part.end = Math.max(0, Math.min(end, duration));
    const kept = find("[data-part]");
    kept.style.left = `${(100 * part.start) / duration}%`;
    kept.style.width = `${(100 * (part.end - part.start)) / duration}%`;
    for (const [side, moment] of [["start", part.start], ["end", part.end]]) {
      find(`[data-handle=${side}]`).setAttribute("aria-valuenow", moment.toFixed(2));
    }
    find("[data-part-said]").textContent = `${(part.end - part.start).toFixed(1)} s of ${Voicereel.clock(duration)}`;
    find("[data-part-back]").hidden = !moved();
    box.classList.toggle("moved", moved());
  }

  const moved = () => !!part && (Math.abs(part.start - part.first[0]) > 0.02 || Math.abs(part.end - part.first[1]) > 0.02);

  /** Move one side; the other follows where the part would get too long or too short. */
  function pull(side, moment) {
    const { most, least, duration } = part;
    if (side === "start") {
      const start = Math.max(0, Math.min(moment, duration - least));
      movePart(start, Math.min(Math.max(part.end, start + least), start + most));
    } else {
      const end = Math.max(least, Math.min(moment, duration));
      movePart(Math.max(Math.min(part.start, end - least), end - most), end);
    }
  }

  function slide(start) {
    const length = part.end - part.start;
    const from = Math.max(0, Math.min(start, part.duration - length));
    movePart(from, from + length);
  }

  element.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest("[data-plot]");
    if (!plot || !part) return;
    event.preventDefault();
    const moment = (at) => {
      const box = plot.getBoundingClientRect();
      return (Math.min(1, Math.max(0, (at.clientX - box.left) / box.width))) * part.duration;
    };
    const handle = event.target.closest("[data-handle]"), held = event.target.closest("[data-part]");
    const from = moment(event), at = part.start;
    if (!held) slide(from - (part.end - part.start) / 2);
    if (handle) handle.focus();
    const offset = held ? from - at : (part.end - part.start) / 2;
    const drag = (now) => (handle ? pull(handle.dataset.handle, moment(now)) : slide(moment(now) - offset));
    addEventListener("pointermove", drag);
    addEventListener("pointerup", () => removeEventListener("pointermove", drag), { once: true });
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1 }[event.key];
    const side = event.target.dataset && event.target.dataset.handle;
    if (!step || !side || !part) return;
    event.preventDefault();
    pull(side, (side === "start" ? part.start : part.end) + step);
  });

  // ---------------------------------------------------------------- the form

  const value = (name) => { const box = find(`[data-field=${name}]`); return box ? box.value.trim() : ""; };
  const basis = () => { const card = find("[data-bases] [aria-checked=true]"); return card ? card.dataset.choice : ""; };

  function form() {
    const names = ["name", "tags", "language", "transcript", "speaker", "statement"];
    return { ...Object.fromEntries(names.map((name) => [name, value(name)])), basis: basis() };
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
    save.disabled = missing.length > 0;
    find("[data-why]").textContent = missing.length ? `Still needed: ${missing.join(", ")}.` : "";
    Voicereel.own.set(WRITTEN, JSON.stringify(given));
  }

  /** What was typed is there again after a reload, or when saving was refused. */
  function restore() {
    if (!find("[data-form]")) return;
    for (const option of element.querySelectorAll("[data-language-tag]")) {
      try { option.textContent = new Intl.DisplayNames(["en"], { type: "language" }).of(option.value); } catch { /* the tag stays */ }
    }
    let written = {};
    try { written = JSON.parse(Voicereel.own.get(WRITTEN) || "{}"); } catch { /* an older page's */ }
    for (const box of element.querySelectorAll("[data-field]")) if (written[box.dataset.field]) box.value = written[box.dataset.field];
    chooseBasis([...element.querySelectorAll("[data-bases] [data-choice]")].find((card) => card.dataset.choice === written.basis) || null);
    check();
  }

  async function readTranscript(file) {
    const { path } = await upload(file);
    const { text, error } = await server.read_transcript(path);
    if (error) { Voicereel.say(`${error.message} ${error.hint}`); return; }
    find("[data-field=transcript]").value = text;
    check();
  }

  element.addEventListener("input", (event) => {
    if (find("[data-form]")) check();
    const correct = find("[data-correct]");
    if (correct && event.target.matches("[data-field=transcript]")) correct.hidden = false;
  });
  element.addEventListener("change", (event) => {
    const picker = event.target;
    if (!picker.files || !picker.files.length) return;
    if (picker.matches("[data-file]")) send(picker.files[0]);
    if (picker.matches("[data-transcript-picker]")) readTranscript(picker.files[0]).catch(() => Voicereel.say("The file could not be sent."));
  });

  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-record]")) record();
    else if (on("[data-bring]")) find("[data-file]").click();
    else if (on("[data-record-stop]")) finish();
    else if (on("[data-record-cancel]")) { leave(); showStart("start"); }
    else if (on("[data-hear-part]")) {
      const button = on("[data-hear-part]");
      if (button.classList.contains("playing")) Voicereel.player.hush();
      else Voicereel.player.aside(`${part.box.dataset.source}#t=${part.start.toFixed(2)},${part.end.toFixed(2)}`, button);
    }
    else if (on("[data-part-back]")) movePart(...part.first);
    else if (on("[data-bases] [data-choice]")) { chooseBasis(on("[data-choice]")); check(); }
    else if (on("[data-transcript-file]")) find("[data-transcript-picker]").click();
    else if (on("[data-save]")) { on("[data-save]").disabled = true; trigger("keep", { form: { ...form(), ...(moved() ? { start: part.start, end: part.end } : {}) } }); }
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
    readPart();
    restore();
  }
  watch("value", drawn);
  drawn();
};
