/* Bringing a recording, from the microphone or as a file: what every card that takes one shares.
   most: seconds after which a recording ends by itself; enough: what is said of its length while the level is good. */
Voicereel.bringing = function ({ element, upload, brought, most, enough }) {
  const find = (selector) => element.querySelector(selector);
  let recorder = null;

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
    const said = decibels > -1 ? "Too loud: move back a little" : decibels < -36 ? "Very quiet: come closer" : enough(seconds);
    const line = find("[data-level-said]");
    if (line.textContent !== said) line.textContent = said;
    find("[data-clock]").textContent = Voicereel.clock(seconds);
    bar.classList.toggle("loud", decibels > -1);
    if (seconds >= most) finish();
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
      brought({ path, name: file.name });
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

  element.addEventListener("change", (event) => {
    if (event.target.matches("[data-file]") && event.target.files.length) send(event.target.files[0]);
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-record]")) record();
    else if (on("[data-bring]")) find("[data-file]").click();
    else if (on("[data-record-stop]")) finish();
    else if (on("[data-record-cancel]")) { leave(); showStart("start"); }
  });
};
