/* Videos to be joined: bringing several, their order, the settings. Every event takes the settings along. */
Voicereel.merging = function ({ element, trigger, server, upload, watch }) {
  const find = (selector) => element.querySelector(selector);
  const form = () => Object.fromEntries([...element.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box.value]));

  const ids = (name) => [...element.querySelectorAll(`[data-${name}]`)].map((each) => each.dataset[name]);
  const foresee = Voicereel.foreseeing({ element, server, asked: () => ({ videos: ids("video"), music: ids("music")[0] || "", form: form() }) });

  async function send(files) {
    const sent = [], note = find("[data-sending]");
    note.hidden = false;
    for (const file of files) {
      find("[data-sent]").textContent = `Sending ${file.name}…`;
      try {
        sent.push({ path: (await upload(file)).path, name: file.name });
      } catch {
        Voicereel.say(`${file.name} could not be sent. Is the studio still running?`);
      }
    }
    find("[data-sent]").textContent = "Looking at it…";
    if (!sent.length) note.hidden = true;
    return sent;
  }

  async function bring(files) {
    const sent = await send(files);
    if (sent.length) trigger("bring", { files: sent, form: form() });
  }

  async function bringMusic(file) {
    const [sent] = await send([file]);
    if (sent) trigger("music", { ...sent, form: form() });
  }

  function arrange(change) {
    const order = [...element.querySelectorAll(".joined-row")].map((_, number) => number);
    change(order);
    trigger("arrange", { order, form: form() });
  }

  /** How long the result will be: videos that cross are on screen together. */
  function sayLength() {
    const said = find("[data-sum]"), { transition, transition_seconds: seconds } = form();
    if (!said) return;
    const crossing = transition === "none" ? 0 : +seconds;
    said.textContent = `${Voicereel.clock(+said.dataset.sum - crossing * (said.dataset.count - 1))} together`;
  }

  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length && find("[data-sending]")) bring([...event.dataTransfer.files]);
  });
  element.addEventListener("change", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (!picker) { sayLength(); foresee(); }
    else if (picker.files.length && picker.dataset.picker === "videos") bring([...picker.files]);
    else if (picker.files.length) bringMusic(picker.files[0]);
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const move = on("[data-move]"), out = on("[data-out]");
    if (on("[data-bring]")) find("[data-picker=videos]").click();
    else if (on("[data-bring-music]")) find("[data-picker=music]").click();
    else if (on("[data-no-music]")) trigger("music", { path: "", name: "", form: form() });
    else if (move) arrange((order) => { const at = +move.dataset.move, to = at + +move.dataset.by; [order[at], order[to]] = [order[to], order[at]]; });
    else if (out) arrange((order) => order.splice(+out.dataset.out, 1));
    else if (on("[data-join]")) { on("[data-join]").disabled = true; trigger("join", { form: form() }); }
    else if (on("[data-stop]")) { on("[data-stop]").disabled = true; trigger("stop", {}); }
  });
  watch("value", foresee);
  foresee();
};
