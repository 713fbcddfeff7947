import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { ToolResultPart } from 'ai';

/** How far a running call is; `total` is missing when the server does not know. */
export type ToolProgress = { progress: number; total?: number | undefined; message?: string | undefined };

/** Output of a tool in the stream: the result as MCP gave it, or (in a preliminary `tool-result`) progress. */
export type ToolOutput = CallToolResult | { progress: ToolProgress };

/** What the AI SDK sends to a model as the result of a call. */
export type ModelOutput = ToolResultPart['output'];
type ModelContent = Extract<ModelOutput, { type: 'content' }>['value'];

/** The progress in a preliminary output, if it is one. */
export function progressOf(output: unknown): ToolProgress | undefined {
  if (!isRecord(output) || !isRecord(output.progress)) return undefined;
  const { progress, total, message } = output.progress;
  if (typeof progress !== 'number') return undefined;
  return {
    progress,
    ...(typeof total === 'number' && { total }),
    ...(typeof message === 'string' && { message }),
  };
}

/** The text of a tool's output for people: media named by type (`[image/png]`), anything unknown as JSON. */
export function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  if (output instanceof Error) return output.message;
  if (!isResult(output)) return JSON.stringify(output) ?? '';
  return blocksOf(output)
    .map((block) => textOfBlock(block) ?? `[${mediaOf(block)?.mediaType ?? block.type}]`)
    .join('\n');
}

/**
 * A result of MCP as a model reads it: text as text, images and other media as files, a failure as an error.
 * @param mark puts text into a block, where its server does not do that itself
 */
export function toModelOutput(output: unknown, mark = (text: string) => text): ModelOutput {
  const whole = () => mark(textOf(output));
  if (!isResult(output)) return { type: 'text', value: whole() };
  if (output.isError) return { type: 'error-text', value: whole() };
  const blocks = blocksOf(output);
  if (blocks.every((block) => !mediaOf(block))) return { type: 'text', value: whole() };
  return {
    type: 'content',
    value: blocks.map((block): ModelContent[number] => {
      const media = mediaOf(block);
      if (!media) return { type: 'text', text: mark(textOfBlock(block) ?? `[${block.type}]`) };
      return { type: 'file', data: { type: 'data', data: media.data }, mediaType: media.mediaType };
    }),
  };
}

/** The text of a result as a model reads it: media named by type, a denial with its reason. */
export function textOfOutput(output: ModelOutput): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'execution-denied':
      return `Denied. ${output.reason ?? ''}`.trim();
    case 'content':
      return output.value
        .map((part) =>
          part.type === 'text' ? part.text : `[${'mediaType' in part ? part.mediaType : part.type}]`,
        )
        .join('\n');
    default:
      return JSON.stringify(output.value);
  }
}

/** Whether the tool itself said that it failed. */
export const isErrorResult = (output: unknown): boolean => isResult(output) && output.isError === true;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isResult = (output: unknown): output is CallToolResult =>
  isRecord(output) && Array.isArray(output.content);

/** A result with only structured content must still be readable by a model that sees text. */
function blocksOf(result: CallToolResult): ContentBlock[] {
  if (result.content.length > 0 || result.structuredContent === undefined) return result.content;
  return [{ type: 'text', text: JSON.stringify(result.structuredContent) }];
}

function textOfBlock(block: ContentBlock): string | undefined {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'resource_link':
      return `${block.title ?? block.name}: ${block.uri}`;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : undefined;
    default:
      return undefined;
  }
}

function mediaOf(block: ContentBlock): { data: string; mediaType: string } | undefined {
  switch (block.type) {
    case 'image':
    case 'audio':
      return { data: block.data, mediaType: typeOf(block.mimeType) };
    case 'resource':
      return 'blob' in block.resource
        ? { data: block.resource.blob, mediaType: typeOf(block.resource.mimeType) }
        : undefined;
    default:
      return undefined;
  }
}

const UNKNOWN_TYPE = 'application/octet-stream';

/** The type is told to models among our own words, so it must be one. */
const typeOf = (said = UNKNOWN_TYPE): string =>
  /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(said) ? said : UNKNOWN_TYPE;
