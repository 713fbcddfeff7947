import { expect, test } from 'vitest';
import { HalfDoneError, ToolError } from '../../../src/directus/errors.ts';
import type { Schema } from '../../../src/directus/schema.ts';
import { renderError } from '../../../src/result/errors.ts';

/** None of these errors is one that the schema is asked about. */
const unasked = {} as Schema;

test('an error in the middle says what failed, and what had been done and stays', async () => {
  const cause = new ToolError('NOT_FOUND', 'There is no b.', 'Leave it out.');
  const { isError, content } = await renderError(new HalfDoneError('deleted', ['a'], cause), unasked, {});
  expect(isError).toBe(true);
  expect(content).toEqual([
    {
      type: 'text',
      text: 'NOT_FOUND: There is no b. Before that, these were deleted, and stay so: a.\nLeave it out.',
    },
  ]);
});
