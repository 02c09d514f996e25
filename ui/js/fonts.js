/* Fonts of one's own: sent from a picker or dropped on the list, deleted after asking. */
Voicereel.fonts = function ({ element, trigger, upload }) {
  const find = (selector) => element.querySelector(selector);

  async function bring(file) {
    const button = find("[data-bring-font]");
    button.disabled = true;
    button.classList.add("waiting");
    try {
      const { path } = await upload(file);
      trigger("bring", { path, name: file.name });
    } catch {
      button.disabled = false;
      Voicereel.say("The file could not be sent.");
    }
  }

  element.addEventListener("change", (event) => {
    if (event.target.matches("[data-brought-font]") && event.target.files.length) bring(event.target.files[0]);
  });
  element.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-bring-font]")) { find("[data-brought-font]").click(); return; }
    const row = on(".own-font");
    if (!row) return;
    if (on("[data-delete-yes]")) trigger("remove", { font_id: row.dataset.font, title: row.dataset.title });
    else Voicereel.asksFirst(event, row);
  });
};
