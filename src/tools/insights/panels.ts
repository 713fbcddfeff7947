import { isObject } from '../../directus/objects.ts';
import { quoted } from '../../guard/words.ts';
import { didYouMean } from '../../settings/suggest.ts';
import type { Context } from '../define.ts';
import { mayBeExtension } from '../extensions.ts';
import type { Row } from '../rows/target.ts';
import { bad, checkOneOf } from '../wrong.ts';
import { checkSource } from './panel-source.ts';
import { PANELS, type PanelKind, panelKind } from './panel-types.ts';

/**
 * Refuses a panel that Studio would show empty or as an error.
 * @param panel as it would be
 * @param at where it stands: `panels.0.`
 */
export async function checkPanel(context: Context, panel: Row, at: string): Promise<void> {
  const type = panel.type ?? '';
  const kind = panelKind(type);
  if (!kind) {
    if (type && (await mayBeExtension(context, 'panel'))) return;
    checkOneOf(`${at}type`, type, Object.keys(PANELS));
    return;
  }
  checkSpot(panel, kind, at);
  const options = panel.options ?? {};
  const next = optionsOf(String(type), kind);
  if (!isObject(options)) throw bad(`${at}options`, 'must be an object', next);
  const stray = Object.keys(options).find((name) => !kind.takes.includes(name));
  if (stray)
    throw bad(`${at}options`, `has an unknown ${quoted(stray)}${didYouMean(stray, kind.takes)}`, next);
  const missing = kind.needs.find((name) => ['', null, undefined].includes(options[name] as string));
  if (missing) throw bad(`${at}options.${missing}`, 'is missing', next);
  for (const [name, known] of Object.entries(kind.values ?? {}))
    checkOneOf(`${at}options.${name}`, options[name], known);
  if (kind.takes.includes('collection')) await checkSource(context, options, kind, `${at}options.`);
}

function optionsOf(type: string, { takes, needs, counts }: PanelKind): string {
  const functions = counts ? ` ${counts.by}: ${counts.functions.join(', ')}.` : '';
  return `A ${type} panel needs ${needs.join(', ')}; its options: ${takes.join(', ')}.${functions}`;
}

function checkSpot(panel: Row, { least: [width, height] }: PanelKind, at: string): void {
  const atLeast = { width, height, position_x: 1, position_y: 1 };
  for (const [name, value] of Object.entries(atLeast)) {
    if (typeof panel[name] === 'number' && panel[name] < value)
      throw bad(`${at}${name}`, `must be ${value} or more`, 'Leave it out to have the panel placed.');
  }
}

/** What Studio's form would fill in, and its panels do not work without. */
export function withDefaults(panel: Row): Row {
  const options = isObject(panel.options) ? panel.options : {};
  return {
    ...panel,
    // A name shows only in the header.
    ...(panel.name && panel.show_header === undefined ? { show_header: true } : {}),
    options: panel.type === 'time-series' ? { precision: 'hour', ...options } : options,
  };
}
