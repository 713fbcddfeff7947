import { ToolError } from '../../../directus/errors.ts';

/**
 * Reads base64, bare or in a data URI; a data URI may also hold its content as escaped text.
 * @returns the type as well, where a data URI names one
 * @throws ToolError saying what is wrong with it
 */
export function decode(given: string): { bytes: Buffer; type?: string } {
  if (!/^data:/i.test(given)) return { bytes: bytesOf(given) };
  const comma = given.indexOf(',');
  if (comma < 0 || comma > 300) throw notBase64('a data URI needs a comma after its type');
  const [type = '', ...parameters] = given.slice('data:'.length, comma).split(';');
  const content = given.slice(comma + 1);
  const isBase64 = parameters.some((one) => one.trim().toLowerCase() === 'base64');
  const bytes = isBase64 ? bytesOf(content) : unescaped(content);
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? { bytes, type: type.toLowerCase() } : { bytes };
}

function bytesOf(text: string): Buffer {
  const bare = text.replace(/\s+/g, '');
  // Both alphabets are taken; what is over after the padding, or half a byte, is a fault in copying.
  if (!/^[\w+/-]*={0,2}$/.test(bare) || bare.replace(/=+$/, '').length % 4 === 1)
    throw notBase64('it holds characters that base64 has not, or lacks some');
  return Buffer.from(bare, 'base64');
}

function unescaped(text: string): Buffer {
  try {
    return Buffer.from(decodeURIComponent(text));
  } catch {
    throw notBase64('the content of the data URI is not escaped rightly');
  }
}

function notBase64(why: string): ToolError {
  return new ToolError(
    'INVALID_PAYLOAD',
    `This is no valid base64 or data URI: ${why}. Nothing was uploaded.`,
    'Give the whole content. What is text can be given as text instead.',
  );
}
