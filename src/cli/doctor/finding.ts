/** One thing that was looked at. */
export type Finding = {
  area: 'Node' | 'Settings' | 'Directus' | 'Models';
  status: 'ok' | 'warn' | 'fail';
  /** What was found, as a sentence. */
  text: string;
  /** What to do about it. */
  next?: string;
};

type Tell = (text: string, next?: string) => Finding;

/** Makes the findings of one area. */
export function findingsOf(area: Finding['area']): { ok: Tell; warn: Tell; fail: Tell } {
  const make =
    (status: Finding['status']): Tell =>
    (text, next) => ({ area, status, text, ...(next && { next }) });
  return { ok: make('ok'), warn: make('warn'), fail: make('fail') };
}
