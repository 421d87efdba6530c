// The elements of a page, each checked to be what a script takes it for.

/**
 * @template {Element} T
 * @typedef {abstract new (...given: never[]) => T} Kind
 */

/**
 * @template {Element} T
 * @param {Element | null} element
 * @param {string} name
 * @param {Kind<T>} kind
 * @returns {T}
 */
function checked(element, name, kind) {
  if (element instanceof kind) return element;
  throw new TypeError(`Expected ${name} to be an ${kind.name}; it is ${element?.constructor.name ?? "missing"}.`);
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {Kind<T>} [kind]
 */
export function byId(id, kind = /** @type {any} */ (HTMLElement)) {
  return checked(document.getElementById(id), `#${id}`, kind);
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} [kind]
 */
export function find(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  return checked(root.querySelector(selector), selector, kind);
}

/**
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {Kind<T>} [kind]
 */
export function findAll(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  return [...root.querySelectorAll(selector)].map((element) => checked(element, selector, kind));
}

/**
 * Returns a copy of what a template holds.
 * @param {string} id
 */
export function fromTemplate(id) {
  const { firstElementChild: inside } = byId(id, HTMLTemplateElement).content;
  return checked(/** @type {Element | null} */ (inside?.cloneNode(true) ?? null), `what is in #${id}`, HTMLElement);
}

/** A piece of the page that is made of a template. */
export class Piece {
  /** @param {string} template */
  constructor(template) {
    this.element = fromTemplate(template);
  }

  /**
   * @template {Element} [T=HTMLElement]
   * @param {string} selector
   * @param {Kind<T>} [kind]
   */
  find(selector, kind) {
    return find(this.element, selector, kind);
  }
}

/**
 * Returns the state that the server wrote into the page.
 * @param {string} id
 */
export function stateOf(id) {
  return JSON.parse(byId(id).textContent);
}

/**
 * Returns a field of a form.
 * @template {Element} [T=HTMLInputElement]
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {Kind<T>} [kind]
 */
export function fieldOf(form, name, kind = /** @type {any} */ (HTMLInputElement)) {
  return checked(/** @type {Element | null} */ (form.elements.namedItem(name)), `the field ${name}`, kind);
}
