import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../src/', import.meta.url));

/** A regular expression of ours, and where it stands: `guard/hosts.ts:53`. */
export type Pattern = { source: string; flags: string; at: string };

/**
 * Every regular expression written as one in the program, and those made of a text that is written there. What is
 * made of parts at run time is left to its own tests.
 */
export function patterns(): Pattern[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|tsx|vue)$/.test(file),
  );
  return files.flatMap((file) => patternsIn(file, readFileSync(root + file, 'utf8')));
}

/** Of a component only its script is looked at. */
function patternsIn(file: string, text: string): Pattern[] {
  const script = file.endsWith('.vue') ? (/<script[^>]*>([\s\S]*)<\/script>/.exec(text)?.[1] ?? '') : text;
  const kind = file.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true, kind);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    const written = patternOf(node);
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (written) found.push({ ...written, at: `${file}:${line}` });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function patternOf(node: ts.Node): { source: string; flags: string } | undefined {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/');
    return { source: node.text.slice(1, end), flags: node.text.slice(end + 1) };
  }
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'RegExp') return undefined;
  const [source, flags] = node.arguments ?? [];
  if (!source || !ts.isStringLiteralLike(source)) return undefined;
  return { source: source.text, flags: flags && ts.isStringLiteralLike(flags) ? flags.text : '' };
}
