/** A line of what a call would change. */
export type PreviewLine = { kind: 'same' | 'before' | 'after'; text: string };

const CHANGE = /^(\s*)([^\s:"→][^:"→]*: )("(?:[^"\\]|\\.)*"|.*?) → (.*)$/;

/** A preview in lines; a change becomes two of them, as in a diff. */
export function previewLines(preview: string): PreviewLine[] {
  return preview.split('\n').flatMap((text): PreviewLine[] => {
    const [, indent, name, before, after] = CHANGE.exec(text) ?? [];
    if (name === undefined) return [{ kind: 'same', text }];
    return [
      { kind: 'before', text: `${indent}${name}${before}` },
      { kind: 'after', text: `${indent}${name}${after}` },
    ];
  });
}
