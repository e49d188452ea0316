import type { Page } from "playwright-core";

/**
 * Texts of a page that stand out too little from what is behind them: less than 4.5 to 1, or than 3 to 1 when they are
 * large (WCAG 2.2, 1.4.3).
 */
export function findFaintText(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${search})()`);
}

/** Runs in the page. */
const search = `() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((each, n) => each * a + below[n] * (1 - a));
  const behind = (element) => {
    if (element === null) return rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    const color = rgba(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color.slice(0, 3) : over(color, behind(element.parentElement));
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    if (text === "" || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    const [a, b] = [luminance(over(rgba(style.color), background)), luminance(background)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (isLarge ? 3 : 4.5)) faint.add(text.slice(0, 40) + ": " + ratio.toFixed(2));
  }
  return [...faint];
}`;
