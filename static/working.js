// A form that takes its time says so from the moment it is sent: whatever in it has the class "working" is shown.
// Without this script one waits just as long, and is not told. A file that is larger than its field takes is not sent.
const shown = (form, yes) => form.querySelectorAll(".working").forEach((each) => { each.hidden = !yes; });

const tooLarge = (form) => [...form.querySelectorAll("[data-most]")].filter((each) => each.files[0]?.size > each.dataset.most);

addEventListener("submit", (event) => {
  const large = tooLarge(event.target);
  event.target.querySelectorAll(".too-large").forEach((each) => { each.hidden = !large.length; });
  if (large.length) {
    event.preventDefault();
    large[0].focus();
  } else {
    shown(event.target, true);
  }
});
addEventListener("pageshow", () => [...document.forms].forEach((form) => shown(form, false)));
