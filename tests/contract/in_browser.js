// What somebody sees of the page that is open: evaluated there by in_browser.py.
() => {
  const width = document.documentElement.clientWidth;
  const shown = [...document.querySelectorAll("body *")].filter((each) => {
    const box = each.getBoundingClientRect();
    const style = getComputedStyle(each);
    const isAside = style.position === "absolute"; // for screen readers, or a skip link
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && !isAside;
  });
  const named = (each) => `${each.tagName.toLowerCase()} ${each.textContent.trim().slice(0, 60)}`;
  const own = (each) =>
    [...each.childNodes].some((it) => it.nodeType === Node.TEXT_NODE && it.textContent.trim());

  // Luminance and contrast as WCAG 2.2 defines them.
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour)
      .slice(0, 3)
      .map((each) => each / 255)
      .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (each) => {
    for (let it = each; it; it = it.parentElement) {
      const colour = getComputedStyle(it).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (each) => {
    const style = getComputedStyle(each);
    const colour = each.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const [one, other] = [light(colour), light(behind(each))].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05);
  };
  const texts = shown.filter(own);
  const cells = [...document.querySelectorAll("td, tbody th, dd")].filter(
    (each) => each.textContent.trim().length > 30,
  );

  return {
    title: document.title,
    headings: [...document.querySelectorAll("h1, h2, h3, h4")].map((each) => [
      Number(each.tagName[1]),
      each.textContent.trim().replace(/\s+/g, " "),
    ]),
    landmarks: ["header", "main", "footer", "nav"].filter((each) => document.querySelector(each)),
    overflowing: shown
      .filter((each) => each.getBoundingClientRect().right > width + 1)
      .map(named)
      .slice(0, 5),
    page: document.documentElement.scrollWidth - width,
    squeezed: cells
      .filter((each) => each.getBoundingClientRect().width < 100)
      .map(named)
      .slice(0, 5),
    faint: texts.filter((each) => contrast(each) < 4.5).map((each) => `${contrast(each)} ${named(each)}`).slice(0, 5),
    texts: texts.length,
    background: light(behind(document.body)),
    deadLinks: [...document.querySelectorAll('a[href^="#"]')]
      .map((each) => each.getAttribute("href").slice(1))
      .filter((each) => !document.getElementById(each)),
    twice: [...document.querySelectorAll("[id]")]
      .map((each) => each.id)
      .filter((each, place, all) => all.indexOf(each) !== place),
    nav: shown.some((each) => each.tagName === "NAV"),
    pictures: document.querySelectorAll("svg").length,
    tables: document.querySelectorAll("table").length,
  };
};
