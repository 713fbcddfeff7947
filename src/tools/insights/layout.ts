import { panelKind } from './panel-types.ts';

/** A panel as far as its place goes. */
export type Spot = {
  type?: unknown;
  position_x?: unknown;
  position_y?: unknown;
  width?: unknown;
  height?: unknown;
};

type Placed = { position_x: number; position_y: number; width: number; height: number };

/** Cells across: what a screen of usual width shows without scrolling. */
const ACROSS = 48;

/** Extensions tell their sizes only to Studio. */
const UNKNOWN_SIZE: [number, number] = [16, 8];

/** Gives every panel without a place one below all others, from left to right. */
export function laidOut<T extends Spot>(panels: T[], others: Spot[]): (T & Placed)[] {
  const sized = panels.map((panel) => {
    const [width, height] = panelKind(panel.type)?.size ?? UNKNOWN_SIZE;
    return { ...panel, width: numberOr(panel.width, width), height: numberOr(panel.height, height) };
  });
  const isPlaced = ({ position_x: x, position_y: y }: Spot) => typeof x === 'number' && typeof y === 'number';
  const bottoms = [...others, ...sized.filter(isPlaced)].map(
    ({ position_y: top, height }) => numberOr(top, 1) + numberOr(height, 0),
  );
  let x = 1;
  let y = Math.max(1, ...bottoms);
  let lowest = y;
  return sized.map((panel) => {
    if (isPlaced(panel))
      return { ...panel, position_x: Number(panel.position_x), position_y: Number(panel.position_y) };
    if (x > 1 && x + panel.width > ACROSS + 1) {
      x = 1;
      y = lowest;
    }
    const place = { position_x: x, position_y: y };
    x += panel.width;
    lowest = Math.max(lowest, y + panel.height);
    return { ...panel, ...place };
  });
}

function numberOr(value: unknown, other: number): number {
  return typeof value === 'number' ? value : other;
}
