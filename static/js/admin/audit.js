// Tells the server where the reader is, so that a day in a filter begins at their midnight.
document.getElementById("tz").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
