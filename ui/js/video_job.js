/* Rendering in the Video tab: Stop, the card coming into view once, and a made video put on the stage. */
Voicereel.videoJob = function ({ element, trigger, watch }) {
  let before = "", seen = "";
  element.addEventListener("click", (event) => {
    const stop = event.target.closest("[data-stop]"), look = event.target.closest("[data-look]");
    if (stop) { stop.disabled = true; trigger("stop", {}); }
    else if (look) play(look.dataset.look);
  });

  function play(size) {
    const shape = document.querySelector(`#stage button[data-size="${CSS.escape(size)}"]`), stage = document.querySelector("#stage .stage");
    if (!shape || !stage) return;
    if (stage.dataset.size !== size) {
      document.addEventListener("voicereel:staged", () => Voicereel.player.toggle(), { once: true });
      shape.click();
    } else Voicereel.player.toggle();
    if (stage.getBoundingClientRect().bottom < 160) scrollTo({ top: 0, behavior: "smooth" });
  }

  /** The frame before stays until the next one is there. */
  function keepFrame() {
    const picture = element.querySelector(".latest-frame"), next = picture && picture.getAttribute("src");
    if (!picture || next === seen) return;
    if (seen) picture.src = seen;
    const loaded = new Image();
    loaded.onload = () => { seen = next; picture.src = next; };
    loaded.src = next;
  }

  watch("value", () => {
    const card = element.querySelector("[data-job-state]"), state = card ? card.dataset.jobState : "";
    if (state && state !== before && element.offsetParent) card.scrollIntoView({ block: "nearest", behavior: "smooth" });
    before = state;
    keepFrame();
  });
};
