/* What is said in the chosen part: written down when the part is chosen or moved, compared when somebody changes it. */
Voicereel.transcript = function ({ element, server, upload, part, changed }) {
  const find = (selector) => element.querySelector(selector);
  const box = () => find("[data-form] [data-field=transcript]");
  const written = () => box().value.trim();
  const MOVED = 350, TYPED = 800;  // milliseconds of rest before the studio is asked
  let heard = "", state = "idle", asked = 0, timer = 0;

  /** Nobody wrote it: it may be written down anew. */
  const untouched = () => !written() || written() === heard;

  function show(kind, text) {
    const line = find("[data-transcript-said]");
    state = kind;
    line.className = `said is-${kind}`;
    if (line.textContent !== text) line.textContent = text;
    find("[data-use-heard]").hidden = !heard || kind === "busy" || written() === heard;
    changed();
  }

  function ask(delay) {
    asked += 1;
    clearTimeout(timer);
    show("busy", untouched() ? "Writing down what is said in the chosen part…" : "Comparing it with the chosen part…");
    timer = setTimeout(listen, delay);
  }

  async function listen() {
    if (!box() || !part.there()) return;
    const mine = asked, fill = untouched(), language = find("[data-field=language]").value;
    const question = { ...part.now(), file: part.file(), language, transcript: fill ? "" : written() };
    const gone = { error: { message: "The studio did not answer.", hint: "Is it still running?" } };
    const answer = await Promise.resolve(server.write_down(question)).catch(() => gone);
    // The part was moved or the text changed while the studio listened: a later answer counts.
    if (mine === asked && box()) tell(answer, fill);
  }

  function tell({ heard: now, language, problem, error }, fill) {
    heard = now || "";
    if (error) { show("unsure", `${error.message} ${error.hint}`); return; }
    if (fill && now) box().value = now;
    if (!problem) show("good", fill ? `Written down from exactly this part, in ${named(language)}. Put right what was misheard.` : "It fits what is heard in this part.");
    else show("bad", `${problem.message} ${now ? `Heard there: “${now}”` : problem.advice}`);
  }

  function named(tag) {
    try { return new Intl.DisplayNames(["en"], { type: "language" }).of(tag); } catch { return tag; }
  }

  async function read(file) {
    const { path } = await upload(file);
    const { text, error } = await server.read_transcript(path);
    if (error) { Voicereel.say(`${error.message} ${error.hint}`); return; }
    box().value = text;
    ask(0);
  }

  element.addEventListener("input", (event) => {
    if (event.target !== box()) return;
    if (written()) { ask(TYPED); return; }
    asked += 1;
    clearTimeout(timer);
    show("idle", "Left empty, it is written down when the voice is saved.");
  });
  element.addEventListener("change", (event) => {
    const picker = event.target;
    if (picker.matches("[data-transcript-picker]") && picker.files.length) read(picker.files[0]).catch(() => Voicereel.say("The file could not be sent."));
    else if (picker.matches("[data-form] [data-field=language]")) ask(0);
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-transcript-file]")) find("[data-transcript-picker]").click();
    else if (event.target.closest("[data-use-heard]")) { box().value = heard; ask(0); }
  });

  return {
    /** Another form is there. */
    begin: () => { heard = ""; if (box()) ask(0); },
    moved: () => { if (box()) ask(MOVED); },
    /** What is saved: empty while it is being written down, so that the studio does it for exactly what is saved. */
    text: () => (state === "busy" && untouched() ? "" : written()),
    misfit: () => state === "bad",
  };
};
