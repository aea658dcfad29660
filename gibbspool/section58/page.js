// The contents are a folded list on a narrow screen and stand open at the side of a wide one;
// paper shows all rows.
const wide = matchMedia("(min-width: 75rem)"), contents = document.querySelector("nav details");
const arrange = () => { contents.open = wide.matches; };
arrange();
wide.addEventListener("change", arrange);
contents.addEventListener("click", event => {
  if (event.target.tagName === "A" && !wide.matches) contents.open = false;
});
addEventListener("beforeprint", () => {
  document.querySelectorAll("main details:not(.script):not(.term)").forEach(part => { part.open = true; });
});
