/* A recording that is said again in another voice. */
Voicereel.converter = function ({ element, trigger, upload }) {
  const find = (selector) => element.querySelector(selector);
  const chosen = (name) => { const box = find(`[data-field=${name}]`); return box ? box.value : ""; };
  Voicereel.bringing({
    element, upload, brought: (file) => trigger("bring", file), most: 900, enough: () => "Good level",
  });

  element.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-convert], [data-stop], [data-discard]");
    if (!pressed) return;
    Voicereel.player.hush();
    pressed.disabled = true;
    if (pressed.matches("[data-convert]")) trigger("convert", { voice: chosen("voice"), engine: chosen("engine") });
    else trigger(pressed.matches("[data-stop]") ? "stop" : "discard", {});
  });
};
