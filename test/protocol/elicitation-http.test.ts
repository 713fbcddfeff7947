import { asking } from './fixtures/asking.ts';
import { overHttp } from './fixtures/reach.ts';
import { elicitationSuite } from './suites/elicitation.ts';

elicitationSuite(overHttp(), asking);
