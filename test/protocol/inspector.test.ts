import { overStdio } from './fixtures/reach.ts';
import { inspectorSuite } from './suites/inspector.ts';

inspectorSuite(overStdio);
