/* Engines: install, watch, stop, uninstall after a second look. */
Voicereel.system = function ({ element, trigger }) {
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const card = on(".engine");
    if (!card) return;
    const what = { engine: card.dataset.engine };
    const press = (name) => { event.target.closest("button").disabled = true; trigger(name, what); };
    if (on("[data-install]")) press("install");
    else if (on("[data-stop]")) press("stop");
    else if (on("[data-delete-yes]")) press("uninstall");
    else Voicereel.asksFirst(event, card);
  });
};
