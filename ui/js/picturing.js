/* Pictures out of a finished video: the kind, the moment on the stage, and the making. */
Voicereel.picturing = function ({ element, trigger }) {
  const find = (selector) => element.querySelector(selector);

  function form() {
    const kind = find("[data-kind][aria-checked=true]");
    const fields = [...element.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box.value]);
    return { ...Object.fromEntries(fields), kind: kind ? kind.dataset.kind : "" };
  }

  function choose(kind) {
    for (const each of element.querySelectorAll("[data-kind]")) each.setAttribute("aria-checked", String(each === kind));
    for (const each of element.querySelectorAll("[data-of]")) each.hidden = each.dataset.of !== kind.dataset.kind;
  }

  function takeMoment(button) {
    const media = Voicereel.player.media(), box = button.closest(".field").querySelector("input");
    box.value = (media ? media.currentTime : 0).toFixed(1);
  }

  element.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-kind]"), here = event.target.closest("[data-here]");
    const make = event.target.closest("[data-make]"), stop = event.target.closest("[data-stop]");
    if (kind) choose(kind);
    else if (here) takeMoment(here);
    else if (make) { make.disabled = true; trigger("make", { form: form() }); }
    else if (stop) { stop.disabled = true; trigger("stop", {}); }
  });
};
