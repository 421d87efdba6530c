// Prints the sign.
document.getElementById("print").addEventListener("click", () => print());
