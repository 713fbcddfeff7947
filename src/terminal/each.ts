import { createElement, Fragment, type ReactNode } from 'react';

/** Renders things that have no identity and never move (lines, table cells), for which React needs no keys. */
export function each<T>(things: readonly T[], render: (thing: T, index: number) => ReactNode): ReactNode {
  return createElement(Fragment, null, ...things.map((thing, index) => render(thing, index)));
}
