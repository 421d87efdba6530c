// What the scripts say, in the page's language. They are written in English; a page in another one carries its words.
const page = document.documentElement.lang;
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const plurals = new Intl.PluralRules(page);
const categories = plurals.resolvedOptions().pluralCategories;
// In which catalogues list the forms of a plural.
const ORDER = ["zero", "one", "two", "few", "many", "other"];

// How numbers and times are written: as the reader's browser does it, where it speaks the page's language.
export const locale = navigator.languages.find((one) => one.split("-")[0] === page) ?? page;

// values: what stands for the names in braces.
export function gettext(text, values = {}) {
  return filled(words[text] ?? text, values);
}

// The text that fits a number, which stands for {n}; a language may know more forms than two.
export function ngettext(one, many, n, values = {}) {
  const forms = words[one] ?? [one, many];
  const form = ORDER.filter((name) => categories.includes(name)).indexOf(plurals.select(n));
  return filled(forms[Math.min(form, forms.length - 1)], { n, ...values });
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (name, key) => values[key] ?? name);
