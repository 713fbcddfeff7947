import type { CallToolResult } from '@modelcontextprotocol/server';
import {
  AfterChangeError,
  DirectusError,
  HalfDoneError,
  ToolError,
  UnreachableError,
  UnseenError,
} from '../directus/errors.ts';
import { explain } from '../directus/explain.ts';
import type { Place } from '../directus/missing.ts';
import type { Schema } from '../directus/schema.ts';
import { explainUnseen } from '../directus/unseen.ts';
import { fitToBudget } from './budget.ts';
import { inBlock } from './render.ts';

/**
 * The one place where anything thrown becomes a reply: a sentence on what failed, one on what to do, and the facts,
 * which may hold what people wrote, in a marked block.
 */
export async function renderError(error: unknown, schema: Schema, place: Place): Promise<CallToolResult> {
  const known = await toToolError(error, schema, place);
  const words = [brief(`${known.code}: ${known.message}`), brief(known.next ?? '')];
  const facts = known.details ? inBlock(fitToBudget(known.details, FACTS).text) : [];
  const said = words.filter(Boolean).join('\n').slice(0, LONGEST);
  return { isError: true, content: [{ type: 'text', text: [said, ...facts].join('\n') }] };
}

/** Errors quote what was given; a name of a megabyte says no more than its beginning. */
function brief(text: string): string {
  return text.replace(/\S{300,}/g, (long) => `${long.slice(0, 100)}… (${long.length} characters)`);
}

/** Characters of the words. */
const LONGEST = 8000;
/** Tokens of the facts. */
const FACTS = 1000;

/** Anything thrown, as an error made for the one who called. */
export async function toToolError(error: unknown, schema: Schema, place: Place): Promise<ToolError> {
  // Explaining may ask Directus again, and that may fail as well.
  if (error instanceof UnseenError) return explainUnseen(error, place).catch(() => error);
  if (error instanceof ToolError) return error;
  if (error instanceof HalfDoneError) {
    const { code, message, next, details } = await toToolError(error.cause, schema, place);
    const before = `Before that, these were ${error.verb}, and stay so: ${error.done.join(', ')}.`;
    return new ToolError(code, `${message} ${before}`, next, details);
  }
  if (error instanceof AfterChangeError) {
    const { code, message, details } = await toToolError(error.cause, schema, place);
    return new ToolError(
      code,
      `${message} Before that, the change was made, or a part of it.`,
      'Read what is there now; do not repeat the call before.',
      details,
    );
  }
  if (error instanceof DirectusError) {
    return explain(error, schema, place).catch(
      () =>
        new ToolError(
          error.code,
          `Directus refused (HTTP ${error.status}), and what is behind it could not be looked up.`,
          'Check the names and keys by reading; if they are right, a right may be missing.',
        ),
    );
  }
  if (error instanceof UnreachableError) {
    return new ToolError(
      'UNREACHABLE',
      error.message,
      error.unknownOutcome
        ? 'The change may or may not have been made: read the rows before trying again.'
        : 'Check that Directus runs and that DIRECTUS_URL is right, then try again.',
    );
  }
  if (error instanceof Error && error.name === 'AbortError')
    return new ToolError('CANCELLED', 'The call was cancelled.');
  return new ToolError(
    'INTERNAL',
    'This call failed inside directus-assistant.',
    'Please report it with the arguments that led to it.',
  );
}
