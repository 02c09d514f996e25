/* The stage: follows the sound with the waveform, the words, the caption rows and the live caption. */
Voicereel.stage = function ({ element, trigger, server, watch }) {
  const find = (selector) => element.querySelector(selector);
  const faces = new Set();
  Voicereel.sharing(server);
  let video;
  let cues = [], words = [], accents = [], stillTimer = 0, stillFor = "", frame = 0;

  function read() {
    const stage = find(".stage");
    if (!stage) return;
    cues = JSON.parse(stage.dataset.cues || "[]");
    words = [...element.querySelectorAll("[data-word]")].map((word) => ({
      element: word, start: +word.dataset.start, end: +word.dataset.end,
    }));
    stillFor = "";
    applyPicture();
    Voicereel.safe.draw(element);
    hideStill();
    show();
    askStill(500);
    comeIntoView();
    document.dispatchEvent(new CustomEvent("voicereel:staged"));
  }

  /** On a phone the work lies below the stage: a video that was just finished or opened is brought to be seen. */
  function comeIntoView() {
    const picture = find(".stage video"), before = video;
    video = picture ? picture.getAttribute("src").split("?")[0] : "";
    const typing = document.activeElement && document.activeElement.matches("textarea, input[type=text], input[type=search]");
    if (before === undefined || !video || video === before || typing) return;
    if (picture.getBoundingClientRect().bottom < 120) scrollTo({ top: 0, behavior: "smooth" });
  }

  function now() {
    const one = Voicereel.player.media();
    return one ? one.currentTime : 0;
  }

  function length() {
    const one = Voicereel.player.media();
    return one && isFinite(one.duration) && one.duration ? one.duration : +find(".stage").dataset.duration;
  }

  /** Index of the last entry that has begun. */
  function begun(list, time, start) {
    let low = 0, high = list.length - 1, found = -1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (start(list[middle]) <= time) { found = middle; low = middle + 1; } else high = middle - 1;
    }
    return found;
  }

  function show() {
    const stage = find(".stage");
    if (!stage) return;
    const time = now(), whole = length() || 1, playing = Voicereel.player.playing();
    stage.classList.toggle("playing", playing);
    stage.classList.toggle("begun", time > 0.05);
    for (const button of element.querySelectorAll("[data-play]")) {
      Voicereel.draw(button, playing ? "pause" : "play");
      button.setAttribute("aria-label", playing ? "Pause" : "Play");
    }
    const wave = find("[data-wave]");
    wave.style.setProperty("--played", `${(100 * time) / whole}%`);
    wave.setAttribute("aria-valuenow", time.toFixed(2));
    wave.setAttribute("aria-valuetext", `${Voicereel.clock(time)} of ${Voicereel.clock(whole)}`);
    find("[data-now]").textContent = Voicereel.clock(time);
    showWord(time);
    showCue(time, stage);
    document.dispatchEvent(new CustomEvent("voicereel:time"));
  }

  function showWord(time) {
    const at = begun(words, time + 0.001, (word) => word.start);
    const word = at >= 0 && time < words[at].end + 0.08 ? words[at].element : null;
    const before = element.querySelector("[data-word].now");
    if (before === word) return;
    if (before) { before.classList.remove("now"); before.removeAttribute("aria-current"); }
    if (!word) return;
    word.classList.add("now");
    word.setAttribute("aria-current", "true");
    const box = word.parentElement;
    const away = word.offsetTop - box.offsetTop - box.clientHeight / 2;
    if (box.scrollHeight > box.clientHeight) box.scrollTo({ top: away, behavior: "smooth" });
  }

  function showCue(time, stage) {
    const at = begun(cues, time + 0.001, (cue) => cue[0]);
    const inside = at >= 0 && time <= cues[at][1] + 0.02;
    const live = find("[data-live]");
    if (!live) return;
    if (stage.dataset.state === "empty") { sketch(live); return; }
    if (!inside) { fill(live, [], -1); return; }
    const said = cues[at][3].length ? cues[at][3] : [[cues[at][2], cues[at][0], cues[at][1]]];
    const turn = live.dataset.accentBy === "speaker" ? [...new Set(cues.map((cue) => cue[4]))].indexOf(cues[at][4]) : at;
    if (accents.length) live.style.setProperty("--accent-now", accents[turn % accents.length]);
    fill(live, said.map((word) => word[0]), begun(said, time + 0.001, (word) => word[1]), said.map((word) => word[4]));
  }

  /** The caption as words with the spoken one marked; text only, never markup. */
  function fill(live, texts, spoken, strong = []) {
    const key = `${spoken}|${texts.join(" ")}`;
    if (live.dataset.key === key && live.childElementCount === texts.length) return;
    live.dataset.key = key;
    live.replaceChildren(...texts.flatMap((text, place) => {
      const word = document.createElement("span");
      word.textContent = text;
      word.className = (place < spoken ? "said" : place === spoken ? "now" : "next") + (strong[place] ? " strong" : "");
      return [word, document.createTextNode(" ")];
    }));
  }

  /** Before anything is made: the first words of the script, in the chosen style. */
  let sketchWord = 0;
  function sketch(live) {
    const box = document.querySelector("#script textarea");
    const plain = (box && box.value.trim() ? box.value : "Every word lights up exactly when it is said")
      .replace(/\[[^\]]*\](\([^)]*\))?/g, " ").split(/\s+/).filter(Boolean);
    const size = Math.min(3, +live.dataset.words || 3);
    const group = Math.floor(sketchWord / size) % Math.max(1, Math.ceil(Math.min(plain.length, 12) / size));
    if (accents.length) live.style.setProperty("--accent-now", accents[group % accents.length]);
    fill(live, plain.slice(group * size, group * size + size), sketchWord % size);
  }

  function applyPicture() {
    const card = document.querySelector("#background .card-box.chosen");
    const place = find("[data-picture-frame]");
    if (!place) return;
    const clip = card && card.querySelector("video");
    const picture = card ? card.dataset.picture || "" : "own";
    place.classList.toggle("own", picture === "own" || (!picture && !clip));
    place.style.setProperty("--picture", picture && picture !== "own" ? picture : "");
    dress(find("[data-live]"));
  }

  /** Give the live caption the look of its style's card; a face that is not there yet is fetched. */
  function dress(live) {
    if (!live) return;
    const stage = find(".stage");
    const name = stage.dataset.state === "empty" ? Voicereel.values.style || live.dataset.style : live.dataset.style;
    const draft = stage.dataset.state === "empty" && document.querySelector("#style-editor .is-changed [data-draft-picture] .live-caption");
    const card = draft || find("[data-own-style] .live-caption")
      || document.querySelector(`#style [data-style-picture="${CSS.escape(name)}"] .live-caption`);
    if (!card) return;
    live.className = card.className;
    live.style.cssText = card.style.cssText;
    Object.assign(live.dataset, card.dataset);
    if (stage.dataset.place) live.dataset.place = stage.dataset.place;
    if (stage.dataset.capitals) live.style.textTransform = stage.dataset.capitals === "on" ? "uppercase" : "none";
    accents = (live.dataset.accents || "").split(" ").filter(Boolean);
    if (!live.dataset.fontFile) {
      const known = document.querySelector(`[data-font="${CSS.escape(live.dataset.font || "")}"][data-font-file]:not([data-font-file=""])`);
      if (!known) return;
      live.dataset.fontFile = known.dataset.fontFile;
    }
    const family = `live ${live.dataset.font}`;
    if (!faces.has(family)) {
      const file = live.dataset.fontFile;  // of an own font it is a link
      const face = new FontFace(family, `url("${file.includes("/") ? file : `studio/fonts/${encodeURIComponent(file)}`}")`);
      faces.add(family);
      face.load().then((loaded) => document.fonts.add(loaded), () => {});
    }
    live.style.setProperty("--face", `"${family}"`);
  }

  /** While paused, the frame comes from the renderer itself: what is seen is what burns in. */
  function askStill(delay) {
    clearTimeout(stillTimer);
    stillTimer = setTimeout(async () => {
      const stage = find(".stage");
      if (!stage || stage.dataset.state !== "narration" || !stage.dataset.captions || Voicereel.player.playing()) return;
      const background = Voicereel.values.background || stage.dataset.background || "gradient";
      const time = telling(now());
      const whole = Voicereel.composed && Voicereel.composed(stage.dataset.size, time);  // the video, while its tab is open
      const key = [stage.dataset.captions, stage.dataset.version, background, time.toFixed(2), whole ? whole.key : ""].join("|");
      if (key === stillFor) return;
      stillFor = key;
      const asked = { captions: stage.dataset.captions, time, background };
      const url = whole ? await whole.url() : (await Promise.resolve(server.draw_still(asked)).catch(() => ({}))).url;
      if (!url || key !== stillFor || Voicereel.player.playing()) return;
      const picture = find("[data-still]");
      picture.onload = () => { picture.hidden = false; picture.dataset.shown = "yes"; };
      picture.src = url;
    }, delay);
  }

  /** A moment at which the caption at `time` (or the first one) stands whole: its entrance is over by then. */
  function telling(time) {
    const cue = cues.find((each) => time < each[1]) || cues[cues.length - 1];
    if (!cue || (time > 0.05 && time < cue[0] - 0.05)) return time;
    return Math.max(time, cue[0] + Math.min(0.3, (cue[1] - cue[0]) / 2));
  }

  function hideStill() {
    const picture = find("[data-still]");
    if (picture) picture.hidden = true;
  }

  function run() {
    cancelAnimationFrame(frame);
    const one = Voicereel.player.media();
    if (one) Voicereel.player.checkEnd(one);
    show();
    if (Voicereel.player.playing()) frame = requestAnimationFrame(run);
  }

  for (const kind of ["play", "pause", "ended", "seeked", "loadedmetadata", "timeupdate"]) {
    element.addEventListener(kind, (event) => {
      if (event.target.matches(".moving")) return;
      if (kind === "play") { hideStill(); stillFor = ""; Voicereel.player.hush(); }
      if (kind === "pause" || kind === "seeked") askStill(250);
      run();
    }, true);
  }
  element.addEventListener("error", (event) => {
    if (event.target.matches("video, audio") && event.target.getAttribute("src")) {
      Voicereel.say("The link to this file has ended. Reload the page for a fresh one.");
    }
  }, true);
  document.addEventListener("voicereel:moved", () => { hideStill(); run(); });
  document.addEventListener("voicereel:chosen", (event) => {
    if (["background", "style", "caption-style", "style-draft"].includes(event.detail.id)) { applyPicture(); askStill(200); }
  });

  /** Edited captions: the frame is drawn anew, nothing else moves. */
  document.addEventListener("voicereel:cues", (event) => {
    const stage = find(".stage"), edited = event.detail;
    if (!stage || stage.dataset.captions !== edited.captions) return;
    stage.dataset.version = edited.version;
    cues = edited.cues.map((cue) => [cue.start, cue.end, cue.text, cue.words, cue.speaker || ""]);
    if (!Voicereel.player.playing()) hideStill();
    show();
    askStill(400);
  });

  element.addEventListener("click", (event) => {
    const word = event.target.closest("[data-word]"), size = event.target.closest("button[data-size]");
    if (Voicereel.safe.clicked(event, element)) return;
    if (event.target.closest("[data-play]")) Voicereel.player.toggle();
    else if (event.target.closest("video")) Voicereel.player.toggle();
    else if (word) Voicereel.player.seek(+word.dataset.start, true);
    else if (size) trigger("size", { size: size.dataset.size });
  });

  const moment = (event) => {
    const box = find("[data-wave]").getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * length();
  };
  element.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("[data-wave]")) return;
    Voicereel.player.seek(moment(event));
    const drag = (moved) => Voicereel.player.seek(moment(moved));
    addEventListener("pointermove", drag);
    addEventListener("pointerup", () => removeEventListener("pointermove", drag), { once: true });
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
    if (step && event.target.matches("[data-wave]")) { event.preventDefault(); Voicereel.player.seek(now() + step); }
  });

  setInterval(() => {
    const stage = find(".stage");
    if (!stage || stage.dataset.state !== "empty" || document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    sketchWord += 1;
    sketch(find("[data-live]"));
  }, 420);

  watch("value", read);
  read();
};
