// What this browser remembers; a browser that remembers nothing works as well.
/** @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(`amends-${key}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(`amends-${key}`, value);
  } catch {
    // Private windows may refuse: the choice then holds for this page.
  }
}
