// Days begin where the reader is: a page that was asked for without a time zone is asked for again with the reader's.
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const address = new URL(location.href);

if (!address.searchParams.has("tz") && here && here !== "UTC") {
  address.searchParams.set("tz", here);
  location.replace(address);
}

const form = document.getElementById("days");
form?.addEventListener("submit", () => {
  form.elements.tz.value = here;
  for (const field of form.elements) field.disabled ||= field.name !== "" && field.value === "";
});
addEventListener("pageshow", () => {
  for (const field of form?.elements ?? []) field.disabled = false;
});
