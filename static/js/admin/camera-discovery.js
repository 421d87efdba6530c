// Says that the search is going on: it takes three seconds and more.
document.getElementById("look-form").addEventListener("submit", () => {
  document.getElementById("looking").hidden = false;
});
