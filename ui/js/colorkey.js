/* The tuner of an overlay: every control is seen at once, in a picture that the renderer makes. */
Voicereel.colorkey = function ({ element, trigger, server, upload, watch }) {
  const SETTLED = 160;
  const find = (selector) => element.querySelector(selector);
  const all = (selector) => [...element.querySelectorAll(selector)];
  let later = 0, busy = false, again = false, turn = Promise.resolve(), landed = () => {};

  const set = (name) => { const on = find(`[data-set=${name}][aria-checked=true]`); return on ? on.dataset.to : ""; };

  function settings() {
    if (!find("[data-tuner]")) return null;
    const numbers = Object.fromEntries(all("[data-number]").map((box) => [box.dataset.number, +box.value]));
    const end = find("[data-second=end]").value;
    return {
      ...numbers, position: set("position"), loop: find("[data-loop]").checked,
      color: set("color") === "own" ? find("[data-own]").value : set("color"),
      start: Math.max(0, +find("[data-second=start]").value || 0), end: end === "" ? null : +end,
    };
  }

  const foresee = Voicereel.foreseeing({
    element, server, asked: () => { const tuner = find("[data-tuner]"); return tuner && { video: tuner.dataset.video, overlay: tuner.dataset.overlay, settings: settings() }; },
  });

  function say() {
    for (const box of all("[data-number]")) {
      box.style.setProperty("--range_progress", `${(100 * (box.value - box.min)) / (box.max - box.min)}%`);
      const output = box.parentElement.querySelector("output");
      if (output) output.textContent = `${Math.round(100 * box.value)} %`;
    }
    const time = find("[data-time]");
    if (!time) return;
    time.style.setProperty("--range_progress", `${(100 * time.value) / time.max}%`);
    find("[data-time-said]").textContent = `${Voicereel.clock(time.value)} / ${Voicereel.clock(time.max)}`;
    find("[data-own]").hidden = set("color") !== "own";
  }

  const visible = () => element.isConnected && element.offsetParent !== null;

  /** Ask for the picture; while one is on its way the newest wish waits, older ones are forgotten. */
  async function look() {
    const tuner = find("[data-tuner]");
    if (!tuner || !visible()) return;
    if (busy) { again = true; return; }
    busy = true;
    find(".tuner-picture").classList.add("busy");
    const { video, overlay } = tuner.dataset;
    const asked = { video, overlay, settings: settings(), time: +find("[data-time]").value, view: set("view") };
    const answer = await Promise.resolve(server.look(asked)).catch(() => ({ error: { message: "The studio did not answer.", hint: "" } }));
    busy = false;
    if (again) { again = false; look(); return; }
    const box = find(".tuner-picture"), picture = find("[data-look-picture]");
    if (!box) return;
    box.classList.remove("busy");
    find("[data-look-said]").textContent = answer.error ? `${answer.error.message} ${answer.error.hint}` : "";
    if (!answer.url) return;
    picture.src = answer.url;
    picture.hidden = false;
    const searched = ["green", "blue"].includes(set("color"));
    find("[data-found]").style.background = answer.color;
    find("[data-found-said]").textContent = searched ? `found: ${answer.color}` : "";
    find(".tuner-found").hidden = !searched;
  }

  function soon() {
    say();
    clearTimeout(later);
    later = setTimeout(look, SETTLED);
    foresee();
  }

  /** One file after the other: each event takes along what the card has become by the one before. */
  function bring(which, file) {
    turn = turn.then(() => send(which, file));
  }

  async function send(which, file) {
    find("[data-sending]").hidden = false;
    find("[data-sent]").textContent = `Sending ${file.name}…`;
    try {
      const { path } = await upload(file);
      find("[data-sent]").textContent = "Looking at it…";
      const drawn = new Promise((done) => { landed = done; setTimeout(done, 8000); });
      trigger("bring", { which, path, name: file.name, settings: settings() });
      await drawn;
    } catch {
      find("[data-sending]").hidden = true;
      Voicereel.say(`${file.name} could not be sent. Is the studio still running?`);
    }
  }

  element.addEventListener("input", (event) => { if (event.target.matches("[data-number], [data-time], [data-own], [data-second]")) soon(); });
  element.addEventListener("change", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (picker && picker.files.length) bring(picker.dataset.picker, picker.files[0]);
    else if (event.target.matches("[data-loop]")) soon();
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const one = on("[data-set]"), brought = on("[data-bring]");
    if (brought) find(`[data-picker=${brought.dataset.bring}]`).click();
    else if (one) {
      for (const each of all(`[data-set=${one.dataset.set}]`)) each.setAttribute("aria-checked", String(each === one));
      soon();
    } else if (on("[data-make]")) { on("[data-make]").disabled = true; trigger("make", { settings: settings() }); }
    else if (on("[data-stop]")) { on("[data-stop]").disabled = true; trigger("stop", {}); }
  });
  element.addEventListener("dragover", (event) => { if (event.target.closest("[data-bring], .key-file")) event.preventDefault(); });
  element.addEventListener("drop", (event) => {
    const place = event.target.closest("[data-bring], .key-file");
    if (!place || !event.dataTransfer.files.length) return;
    event.preventDefault();
    bring((place.matches("[data-bring]") ? place : place.querySelector("[data-bring]")).dataset.bring, event.dataTransfer.files[0]);
  });

  new IntersectionObserver((seen) => { if (seen[0].isIntersecting && find("[data-look-picture][hidden]")) look(); }).observe(element);
  watch("value", () => { say(); look(); foresee(); setTimeout(landed, 100); });
  say();
  foresee();
};
