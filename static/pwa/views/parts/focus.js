/** Focus that would be lost because what had it went away. */

/** Give focus to an element once the screen has changed. */
export const focusSoon = (id) => requestAnimationFrame(() => {
  const target = document.getElementById(id);
  if (target) target.focus();
});
