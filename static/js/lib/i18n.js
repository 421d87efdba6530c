// What the scripts say, in the page's language. They are written in English; a page in another one carries its words.
const page = document.documentElement.lang;
/** @type {Record<string, any>} */
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const plurals = new Intl.PluralRules(page);
/**
 * The order in which catalogues list the forms of a plural.
 * @type {Intl.LDMLPluralRule[]}
 */
const ORDER = ["zero", "one", "two", "few", "many", "other"];
const { pluralCategories: categories } = plurals.resolvedOptions();

// How numbers and times are written: as the reader's browser does it, where it speaks the page's language.
export const locale = navigator.languages.find((one) => one.split("-")[0] === page) ?? page;

/**
 * @param {string} text
 * @param {object} [values] What stands for the names in braces.
 */
export function gettext(text, values = {}) {
  return filled(words[text] ?? text, values);
}

/**
 * The text that fits a number, which stands for {n}; a language may know more forms than two.
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {object} [values]
 */
export function ngettext(one, many, n, values = {}) {
  const forms = words[one] ?? [one, many];
  const form = ORDER.filter((name) => categories.includes(name)).indexOf(plurals.select(n));
  return filled(forms[Math.min(form, forms.length - 1)], { n, ...values });
}

/**
 * @param {string} text
 * @param {object} values
 */
function filled(text, values) {
  const known = /** @type {Record<string, unknown>} */ (values);
  return text.replace(/\{(\w+)\}/g, (name, key) => String(known[key] ?? name));
}
