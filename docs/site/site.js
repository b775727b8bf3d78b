/* What the theme's own script makes without a name, or takes from the keyboard. */
"use strict";
(() => {
  const WIDE = ".md-typeset__scrollwrap, pre > code";
  const mend = () => {
    for (const buttons of document.querySelectorAll("nav.md-code__nav:not([role])")) buttons.setAttribute("role", "presentation");
    for (const wide of document.querySelectorAll(WIDE)) if (wide.tabIndex !== 0) wide.tabIndex = 0;
  };
  mend();
  new MutationObserver(mend).observe(document.body, { attributeFilter: ["tabindex"], childList: true, subtree: true });
})();
