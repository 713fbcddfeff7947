/** Pieces of flat illustrations, as SVG text. Coordinates are pixels of the picture. */

export type Picture = { width: number; height: number; body: string };

export const svg = ({ width, height, body }: Picture): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;

export const rect = (x: number, y: number, w: number, h: number, fill: string, extra = ''): string =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${extra}/>`;

export const disc = (x: number, y: number, r: number, fill: string, extra = ''): string =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${extra}/>`;

export const shape = (points: string, fill: string, extra = ''): string =>
  `<polygon points="${points}" fill="${fill}" ${extra}/>`;

export const path = (d: string, fill: string, extra = ''): string =>
  `<path d="${d}" fill="${fill}" ${extra}/>`;

export const line = (d: string, stroke: string, width: number): string =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

let gradients = 0;

/** A background that fades from top to bottom. */
export function sky(width: number, height: number, top: string, bottom: string): string {
  const id = `sky${gradients++}`;
  return `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>${rect(0, 0, width, height, `url(#${id})`)}`;
}

/** Rows of waves from `y` to the bottom, each darker than the one behind. */
export function sea(width: number, height: number, y: number, colors: string[]): string {
  const step = (height - y) / colors.length;
  return colors
    .map((color, row) => wave(width, height, y + row * step, 26 - row * 3, 160 + row * 40, color))
    .join('');
}

function wave(width: number, height: number, y: number, rise: number, length: number, color: string): string {
  const crests = Array.from(
    { length: Math.ceil(width / length) + 1 },
    () => `q ${length / 2} ${-rise} ${length} 0`,
  );
  return path(`M ${-length / 2} ${y} ${crests.join(' ')} V ${height} H ${-length / 2} Z`, color);
}

/** A rolling hill across the picture. */
export const hill = (width: number, height: number, y: number, bend: number, color: string): string =>
  path(
    `M 0 ${y} C ${width * 0.3} ${y - bend}, ${width * 0.6} ${y + bend}, ${width} ${y - bend / 2} V ${height} H 0 Z`,
    color,
  );

/** A house front with a grid of windows, some of them lit. */
export function house(
  x: number,
  base: number,
  w: number,
  h: number,
  wall: string,
  glass: string,
  lit: string,
): string {
  const columns = Math.max(1, Math.floor(w / 55));
  const rows = Math.max(1, Math.floor(h / 75));
  const windows = Array.from({ length: columns * rows }, (_, index) => {
    const column = index % columns;
    const row = Math.floor(index / columns);
    const color = (column * 7 + row * 5 + x) % 3 === 0 ? lit : glass;
    return rect(
      x + (w / columns) * (column + 0.5) - 13,
      base - h + 28 + row * (h / rows),
      26,
      36,
      color,
      'rx="3"',
    );
  });
  return rect(x, base - h, w, h, wall) + windows.join('');
}

export const roof = (x: number, base: number, w: number, h: number, color: string): string =>
  shape(`${x - 12},${base} ${x + w / 2},${base - h} ${x + w + 12},${base}`, color);

export const tree = (x: number, base: number, size: number, crown: string): string =>
  rect(x - size * 0.06, base - size * 0.5, size * 0.12, size * 0.5, '#5B4636') +
  disc(x, base - size * 0.72, size * 0.36, crown) +
  disc(x - size * 0.2, base - size * 0.52, size * 0.26, crown) +
  disc(x + size * 0.2, base - size * 0.52, size * 0.26, crown);

export const cloud = (x: number, y: number, size: number, color = '#FFFFFF'): string =>
  [
    [0, 0, 0.5],
    [0.5, -0.22, 0.62],
    [1.1, 0, 0.48],
  ]
    .map(([dx = 0, dy = 0, r = 0]) => disc(x + dx * size, y + dy * size, r * size, color, 'opacity="0.85"'))
    .join('');

/** A person of simple shapes, `size` pixels tall, standing on `base`. */
export const person = (x: number, base: number, size: number, coat: string, skin: string): string =>
  path(
    `M ${x - size * 0.16} ${base} V ${base - size * 0.55} q ${size * 0.16} ${-size * 0.2} ${size * 0.32} 0 V ${base} Z`,
    coat,
  ) + disc(x, base - size * 0.8, size * 0.13, skin);

/** The words in the lower left corner. */
export const caption = (height: number, words: string): string =>
  rect(48, height - 106, 34 + words.length * 17.5, 58, '#101828', 'rx="8" opacity="0.82"') +
  `<text x="66" y="${height - 67}" font-family="DejaVu Sans, Liberation Sans, sans-serif" font-size="28" fill="#FFFFFF">${words}</text>`;
