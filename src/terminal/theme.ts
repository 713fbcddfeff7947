/** The few colours of the chat; with NO_COLOR none, and bold, dim and underline carry the difference. */
const colours = {
  accent: 'cyan',
  person: 'green',
  good: 'green',
  warning: 'yellow',
  error: 'red',
  code: 'yellow',
  link: 'blue',
} as const;

export type Tone = keyof typeof colours;

/** Props for Ink's `Text`: `<Text {...tone('error')}>`. */
export function tone(name: Tone): { color?: string } {
  // https://no-color.org: any value but the empty one.
  return process.env.NO_COLOR ? {} : { color: colours[name] };
}
