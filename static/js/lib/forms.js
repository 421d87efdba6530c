// Forms that are part of an address: what is empty stays out of it.

/**
 * @param {HTMLFormElement} form
 * @param {() => void} fill Called when it is sent, before.
 */
export function leaveEmptyOut(form, fill) {
  const fields = () => [...form.elements].filter((field) => "disabled" in field && "name" in field && "value" in field);
  form.addEventListener("submit", () => {
    fill();
    for (const field of fields()) field.disabled ||= field.name !== "" && field.value === "";
  });
  // Whoever comes back with the browser's button finds the form as it was.
  addEventListener("pageshow", () => {
    for (const field of fields()) field.disabled = false;
  });
}
