import { asking } from './fixtures/asking.ts';
import { overStdio } from './fixtures/reach.ts';
import { elicitationSuite } from './suites/elicitation.ts';

elicitationSuite(overStdio, asking);
