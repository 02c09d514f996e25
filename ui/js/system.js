/* Engines: install, watch, stop, uninstall after a second look. */
Voicereel.system = function ({ element, trigger }) {
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const card = on(".engine");
    if (!card) return;
    const what = { engine: card.dataset.engine }, confirm = card.querySelector(".confirm");
    const press = (name) => { event.target.closest("button").disabled = true; trigger(name, what); };
    if (on("[data-install]")) press("install");
    else if (on("[data-stop]")) press("stop");
    else if (on("[data-delete-yes]")) press("uninstall");
    else if (on("[data-delete-no]")) { confirm.hidden = true; card.querySelector("[data-delete]").focus(); }
    else if (on("[data-delete]")) { confirm.hidden = false; confirm.querySelector("[data-delete-no]").focus(); }
  });
};
