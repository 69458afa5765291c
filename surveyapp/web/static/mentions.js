// The offices that a remark can mention become buttons; pressing one writes its name where the cursor is.
const field = document.getElementById("remark-text");

function insert(name) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const gap = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(`${gap}${name}${/^\s/.test(after) ? "" : " "}`, before.length, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const item of document.querySelectorAll("[data-mention]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button outlined small";
  button.append(...item.childNodes);
  button.addEventListener("click", () => insert(item.dataset.mention));
  item.append(button);
}
