/* "See it move": three seconds of the video, drawn by the renderer, over and over, where the still stands. */
Voicereel.moving = function ({ element, trigger, watch }) {
  const SEEN = ["background", "layers", "motion", "fit", "shots"];
  let asked = 0;

  const stage = () => document.querySelector("#stage .stage");
  const button = () => document.querySelector("#stage [data-move]");
  const clip = () => document.querySelector("#stage video.moving");

  function stop() {
    asked += 1;
    if (clip()) clip().remove();
    say("See it move", false);
  }

  function say(label, pressed, busy = false) {
    if (!button()) return;
    button().textContent = label;
    button().setAttribute("aria-pressed", pressed);
    button().setAttribute("aria-busy", busy);
  }

  /** A little before the caption at this moment, or the next one, comes in. */
  function beginning() {
    const time = Voicereel.player.media() ? Voicereel.player.media().currentTime : 0;
    const cues = JSON.parse(stage().dataset.cues || "[]");
    const cue = cues.find((each) => time < each[1]) || cues[cues.length - 1];
    return cue ? Math.max(0, cue[0] - 0.15) : time;
  }

  function start() {
    asked += 1;
    if (Voicereel.player.playing()) Voicereel.player.toggle();
    say("Drawing …", true, true);
    trigger("move", { time: beginning(), asked: String(asked) });
  }

  function read() {
    const told = element.querySelector("[data-asked]");
    if (!told || told.dataset.asked !== String(asked)) return;
    if (told.dataset.clip) show(told.dataset.clip);
    else { stop(); Voicereel.say(told.dataset.failed || "The video could not be drawn. Try again."); }
  }

  function show(url) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const video = document.createElement("video");
    Object.assign(video, { className: "moving", src: url, muted: true, loop: !calm, autoplay: !calm, controls: calm, playsInline: true });
    video.setAttribute("aria-label", "Three seconds of the video, as it will be rendered");
    document.querySelector("#stage [data-still]").before(video);
    say("Stop", true);
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#stage [data-move]")) return;
    if (button().getAttribute("aria-pressed") === "true") stop();
    else start();
  });
  document.addEventListener("play", (event) => {
    if (event.target.closest("#stage") && !event.target.matches("video.moving")) stop();
  }, true);
  document.addEventListener("voicereel:moved", stop);
  document.addEventListener("voicereel:chosen", (event) => { if (SEEN.includes(event.detail.id)) stop(); });
  watch("value", read);
};
