import type { DynamicToolUIPart } from 'ai';
import type { CallView, ChatMessage, EndView, FileView, Notice, OutputView } from '../../api.ts';

/** What an answer is drawn from, in its order. `key` stays the same while it is written and after. */
export type Piece =
  | { kind: 'text'; key: string; text: string }
  | { kind: 'reasoning'; key: string; text: string; streaming: boolean }
  | { kind: 'tool'; key: string; part: DynamicToolUIPart; call: CallView | undefined }
  | { kind: 'notice'; key: string; notice: Notice };

/** @returns with `end`: how it ended, where nothing came after that */
export function piecesOf({ parts }: ChatMessage): { pieces: Piece[]; end: EndView | undefined } {
  const calls = new Map(
    parts.flatMap((part) => (part.type === 'data-call' ? [[part.data.toolCallId, part.data]] : [])),
  );
  const pieces: Piece[] = [];
  const seen: Record<string, number> = {};
  let end: EndView | undefined;
  for (const part of parts) {
    const count = pieces.length;
    const nth = (seen[part.type] ?? 0) + 1;
    seen[part.type] = nth;
    const key = `${part.type}-${nth}`;
    if (part.type === 'text' && part.text.trim()) pieces.push({ kind: 'text', key, text: part.text });
    if (part.type === 'reasoning' && part.text.trim())
      pieces.push({ kind: 'reasoning', key, text: part.text, streaming: part.state === 'streaming' });
    if (part.type === 'dynamic-tool')
      pieces.push({ kind: 'tool', key: part.toolCallId, part, call: calls.get(part.toolCallId) });
    if (part.type === 'data-notice' && part.data.text)
      pieces.push({ kind: 'notice', key, notice: part.data });
    if (part.type === 'data-end') end = part.data;
    else if (pieces.length > count) end = undefined;
  }
  return { pieces, end };
}

/** What the assistant wrote, to be copied. */
export const answerText = (pieces: readonly Piece[]): string =>
  pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])).join('\n\n');

/** What a person wrote, and what went along with it. */
export function saidIn({ parts }: ChatMessage): { text: string; files: FileView[] } {
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
  return { text, files: parts.flatMap((part) => (part.type === 'data-file' ? [part.data] : [])) };
}

/** What a tool gave back; undefined for what has no such shape. */
export function outputOf(part: DynamicToolUIPart): OutputView | undefined {
  if (part.state !== 'output-available') return undefined;
  const { output } = part;
  return typeof output === 'object' && output !== null && 'text' in output
    ? (output as OutputView)
    : undefined;
}
