// Images by step: a slider takes the place of the last step.
for (const strip of document.querySelectorAll("[data-frames]")) {
  const slider = strip.querySelector("input");
  const frames = [...strip.querySelectorAll("[data-frame]")];
  if (frames.length < 2) continue;
  slider.parentElement.hidden = false;
  slider.max = frames.length - 1;
  const show = () => frames.forEach((frame, index) => (frame.hidden = index !== Number(slider.value)));
  slider.value = frames.length - 1;
  slider.addEventListener("input", show);
}
