// Where the product stands on its server: at the root, or beneath a path that a proxy has for it.
const root = document.documentElement.dataset.root ?? "";

/**
 * Returns the address of one of our own paths.
 * @param {string} path
 */
export const at = (path) => `${root}${path}`;
