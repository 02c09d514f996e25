/* "See it move": three seconds of the captions, drawn by the renderer, over and over, where the still stands. */
Voicereel.moving = function ({ element, server }) {
  const SECONDS = 3;
  let asked = 0;

  const button = () => element.querySelector("[data-move]");
  const clip = () => element.querySelector("video.moving");

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
  function beginning(stage) {
    const time = Voicereel.player.media() ? Voicereel.player.media().currentTime : 0;
    const cues = JSON.parse(stage.dataset.cues || "[]");
    const cue = cues.find((each) => time < each[1]) || cues[cues.length - 1];
    return cue ? Math.max(0, cue[0] - 0.15) : time;
  }

  async function start() {
    const stage = element.querySelector(".stage"), mine = (asked += 1);
    if (Voicereel.player.playing()) Voicereel.player.toggle();
    say("Drawing …", true, true);
    const request = { captions: stage.dataset.captions, time: beginning(stage), seconds: SECONDS, background: Voicereel.values.background || stage.dataset.background || "gradient" };
    const { url } = await Promise.resolve(server.draw_still(request)).catch(() => ({}));
    if (mine !== asked) return;
    if (!url) { stop(); Voicereel.say("The captions could not be drawn. Try again."); return; }
    show(url);
  }

  function show(url) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const video = document.createElement("video");
    Object.assign(video, { className: "moving", src: url, muted: true, loop: !calm, autoplay: !calm, controls: calm, playsInline: true });
    video.setAttribute("aria-label", "Three seconds of the captions, as they will be burned in");
    element.querySelector("[data-still]").before(video);
    say("Stop", true);
  }

  element.addEventListener("click", (event) => {
    if (!event.target.closest("[data-move]")) return;
    if (button().getAttribute("aria-pressed") === "true") stop();
    else start();
  });
  element.addEventListener("play", (event) => { if (!event.target.matches("video.moving")) stop(); }, true);
  document.addEventListener("voicereel:moved", stop);
  document.addEventListener("voicereel:chosen", (event) => { if (event.detail.id === "background") stop(); });
};
