/* The Video tab's frames: the video as it would be rendered now, in all shapes at one moment, and the line to move it. */
Voicereel.composition = function ({ element, trigger, server, watch }) {
  const SETTLED = 350, SCRUBBED = 90;
  const known = new Map();  // "size|time|video" -> url
  let video = "", length = 0, guessed = false, time = 0, moved = false, turn = 0, later = 0, before = "", held = false;

  const here = () => element.isConnected && !!document.querySelector("#shapes") && document.querySelector("#shapes").offsetParent !== null;
  const frames = () => [...document.querySelectorAll("#shapes [data-frame]")];
  const line = () => document.querySelector("#scrubber [data-scrub]");
  const stage = () => document.querySelector("#stage .stage");

  /** Ask what the video is made of now, where something it depends on has changed. */
  function ask() {
    if (!here()) return;
    const script = document.querySelector("#script textarea"), shown = stage();
    const { captions, version, state } = shown ? shown.dataset : {};
    const key = JSON.stringify([script && script.value, Voicereel.values, captions, version, state, shown && shown.dataset.duration]);
    if (key === before) return;
    before = key;
    trigger("ask", {});
  }
  let asking = 0;
  const askSoon = () => { clearTimeout(asking); asking = setTimeout(ask, SETTLED); };

  function read() {
    const told = element.querySelector("[data-video]");
    if (!told || told.dataset.video === video) return;
    video = told.dataset.video;
    length = +told.dataset.length || 0;
    guessed = false;
    if (known.size > 200) known.clear();
    follow();
    draw(0);
  }

  /** The moment that is shown: the player's, or the line's own where nothing can be played yet. */
  function follow() {
    const one = Voicereel.player.media();
    if (one && !held) time = one.currentTime;
    const range = line();
    if (!range) return;
    const whole = Math.max(0.1, length);
    range.max = whole.toFixed(2);
    if (!held) range.value = Math.min(time, whole);
    range.style.setProperty("--range_progress", `${(100 * Math.min(time, whole)) / whole}%`);
    range.setAttribute("aria-valuetext", `${Voicereel.clock(time)} of ${Voicereel.clock(whole)}`);
    const said = document.querySelector("#scrubber [data-scrub-time]");
    said.textContent = length ? `${Voicereel.clock(time)} / ${guessed ? "about " : ""}${Voicereel.clock(length)}` : Voicereel.clock(time);
  }

  function draw(delay) {
    clearTimeout(later);
    later = setTimeout(drawAll, delay);
  }

  /** One shape after the other, the chosen ones first; a newer wish ends an older one. */
  async function drawAll() {
    if (!here() || !video || Voicereel.player.playing()) return;
    // Nobody has moved yet: a moment at which the first words stand tells more than an empty beginning.
    const mine = (turn += 1), wanted = moved || time > 0.05 ? time : Math.min(0.6, (length || 2) / 2);
    const chosen = (picture) => !!picture.closest(".chosen");
    for (const picture of frames().sort((one, other) => chosen(other) - chosen(one))) {
      const url = await drawn(picture.dataset.frame, wanted, picture.parentElement.clientWidth);
      if (mine !== turn) return;
      if (url) show(picture, url);
    }
  }

  async function drawn(size, moment, wide) {
    const width = Math.ceil((wide * Math.min(2, devicePixelRatio || 1)) / 80) * 80;
    const key = [size, moment.toFixed(2), width, video].join("|");
    if (!known.has(key)) {
      const answer = await Promise.resolve(server.draw_frame({ video: JSON.parse(video), size, time: moment, width })).catch(() => ({}));
      tell(answer);
      if (!answer.url) return "";
      known.set(key, answer.url);
    }
    return known.get(key);
  }

  /** What only the renderer knows: how long a script will be, or why there is no picture. */
  function tell({ duration, guessed: about, warnings, error }) {
    const note = document.querySelector("#scrubber [data-scrub-note]");
    if (note) note.textContent = error ? `${error.message} ${error.hint}` : (warnings || []).join(" ");
    if (duration === undefined) return;
    length = duration;
    guessed = about;
    follow();
  }

  function show(picture, url) {
    if (picture.getAttribute("src") === url) return;
    const next = new Image();
    next.onload = () => { picture.src = url; picture.hidden = false; };
    next.src = url;
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-scrub]")) { askSoon(); return; }
    held = moved = true;
    time = +event.target.value;
    if (Voicereel.player.playing()) Voicereel.player.toggle();
    Voicereel.player.seek(time);
    follow();
    draw(SCRUBBED);
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-scrub]")) held = false; });
  document.addEventListener("voicereel:time", () => {
    const was = time;
    follow();
    if (Math.abs(time - was) > 0.005 && !Voicereel.player.playing()) draw(SETTLED);
  });
  document.addEventListener("pause", () => draw(SETTLED), true);
  document.addEventListener("voicereel:chosen", askSoon);
  document.addEventListener("voicereel:staged", askSoon);
  document.addEventListener("voicereel:cues", askSoon);

  /** The stage shows the same picture while this tab is open: nothing where it is not. */
  Voicereel.composed = (size, moment) => (here() && video ? { key: video, url: () => drawn(size, moment, 400) } : null);

  watch("value", read);
  read();
};
