// Takes the code from behind the # of an invitation's link, out of the address bar and into the form.
const code = location.hash.slice(1);
if (code) {
  history.replaceState(null, "", location.pathname);
  document.getElementById("code").value = code;
  document.getElementById("join-code").submit();
}
