// A form that takes its time says so from the moment it is sent: whatever in it has the class "working" is shown.
// Without this script one waits just as long, and is not told.
const shown = (form, yes) => form.querySelectorAll(".working").forEach((each) => { each.hidden = !yes; });

addEventListener("submit", (event) => shown(event.target, true));
addEventListener("pageshow", () => [...document.forms].forEach((form) => shown(form, false)));
