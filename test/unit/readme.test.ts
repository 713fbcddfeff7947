import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withDerivedParts } from '../../scripts/readme.ts';

test('README.md is in step with the tools, settings and client configs (npm run readme)', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(withDerivedParts(readme));
});
