// The log's filter: a day begins where the reader is, and empty fields stay out of the address.
const form = document.getElementById("filters");
const zone = document.getElementById("tz");

form.addEventListener("submit", () => {
  const hasDay = form.elements.from.value || form.elements.to.value;
  zone.value = hasDay ? Intl.DateTimeFormat().resolvedOptions().timeZone : "";
  for (const field of form.elements) field.disabled ||= field.name !== "" && field.value === "";
});
addEventListener("pageshow", () => {
  for (const field of form.elements) field.disabled = false;
});
