// Shows the reason field when its answer is chosen, and warns before leaving what is not saved.
document.documentElement.classList.add("js");
const form = document.querySelector("form.sheet");
let isDirty = false;
form.addEventListener("input", () => { isDirty = true; });
form.addEventListener("submit", () => { isDirty = false; });
form.addEventListener("change", (event) => {
  if (event.target.type !== "radio") return;
  const question = event.target.closest(".question");
  const needsReason = ["unknown", "not_applicable"].includes(event.target.value);
  if (needsReason) question.querySelector(".reason input").focus();
});
window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
