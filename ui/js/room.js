/* Room: what to free after a second look, and the check of the library. */
Voicereel.room = function ({ element, trigger }) {
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const press = (name, what) => { event.target.closest("button").disabled = true; trigger(name, what || {}); };
    const row = on(".room-row");
    if (on("[data-check]")) press("check");
    else if (on("[data-repair]")) press("repair");
    else if (on("[data-stop]")) press("stop");
    else if (row && on("[data-delete-yes]")) {
      press("free", { kind: row.dataset.kind, days: Number(row.querySelector("[data-days]").value) });
    } else if (row) Voicereel.asksFirst(event, row);
  });
};
