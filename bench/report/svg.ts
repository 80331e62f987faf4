/** Builds SVG as text. */

/** An element with its attributes; `inside` is SVG and not escaped. */
export function element(
  name: string,
  attributes: Record<string, string | number>,
  ...inside: string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === "number" ? String(Math.round(value * 10) / 10) : escaped(value);
    return ` ${key}="${text}"`;
  });
  const start = `<${name}${written.join("")}`;
  return inside.length === 0 ? `${start}/>` : `${start}>${inside.join("")}</${name}>`;
}

export function text(
  content: string,
  at: { x: number; y: number },
  attributes: Record<string, string> = {},
): string {
  return element("text", { ...at, ...attributes }, escaped(content));
}

export function escaped(content: string): string {
  return content
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * Colours by meaning, for light and dark mode. A drawing includes its background, so it is readable on every
 * page.
 */
const STYLE = `
  .surface { fill: #ffffff; } .title { fill: #1b1f2a; font-weight: 600; font-size: 16px; }
  .subtitle, .label, .value, .tick, .key { fill: #4a5263; font-size: 12px; }
  .label, .value { font-size: 13px; } .value { fill: #1b1f2a; }
  .grid { stroke: #e3e6ec; }
  .ours { fill: #2563c9; stroke: #2563c9; } .peer { fill: #9aa3b2; stroke: #9aa3b2; }
  .floor { fill: #5b6475; stroke: #5b6475; }
  .s0 { fill: #2563c9; } .s1 { fill: #e08a1e; } .s2 { fill: #17916f; } .s3 { fill: #b0489e; }
  .s4 { fill: #d14b3c; } .s5 { fill: #6d7788; } .s6 { fill: #7a5cc9; }
  .range { stroke-width: 3; stroke-linecap: round; opacity: .45; } .mark { stroke-width: 2; }
  .bar, .dot { stroke: none; }
  @media (prefers-color-scheme: dark) {
    .surface { fill: #14181f; } .title, .value { fill: #eef1f6; }
    .subtitle, .label, .tick, .key { fill: #aab3c2; } .grid { stroke: #2a303b; }
    .ours { fill: #6aa2ff; stroke: #6aa2ff; } .peer { fill: #788295; stroke: #788295; }
    .floor { fill: #b6bfce; stroke: #b6bfce; }
    .s0 { fill: #6aa2ff; } .s1 { fill: #f0a94e; } .s2 { fill: #3fc49b; } .s3 { fill: #d97fc9; }
    .s4 { fill: #f0796b; } .s5 { fill: #93a0b4; } .s6 { fill: #a78bfa; }
    .bar, .dot { stroke: none; }
  }
`;

export interface Frame {
  title: string;
  subtitle: string;
  width: number;
  height: number;
}

/** A complete drawing with title and background. */
export function drawing({ title, subtitle, width, height }: Frame, inside: string[]): string {
  const label = escaped(`${title}. ${subtitle}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">
<style>${STYLE}</style>
${element("rect", { class: "surface", width, height, rx: 8 })}
${text(title, { x: 20, y: 30 }, { class: "title" })}
${text(subtitle, { x: 20, y: 50 }, { class: "subtitle" })}
${inside.join("\n")}
</svg>
`;
}
