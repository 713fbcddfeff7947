import { estimateTokenCount } from 'tokenx';

/** Tokens of a text, estimated by its shape: right to about a quarter for prose and JSON. */
export const estimateTokens = (text: string): number => estimateTokenCount(text);
